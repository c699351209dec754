import type { ShapeReport } from "../../../lib/compare/compareShapes.ts";
import { printable } from "./printable.ts";

/** For a terminal: how far the shape of generated traces is from that of each profile of Meta's trace-data. */
export function shapesText({ shapes }: ShapeReport): string {
  const line = (cells: string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(24) : cell.padStart(10))).join(" ");
  return [
    line(["KS distance of shape", "traces", "spans", "depth", "width"]),
    ...shapes.map(({ profile, n, spans, depth, width }) =>
      line([printable(profile), String(n), ...[spans, depth, width].map((distance) => distance.toFixed(4))]),
    ),
  ].join("\n");
}
