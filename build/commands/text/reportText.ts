import { type ComparedApi, type Distances, enough, type LatencyReport } from "../../../lib/compare/compareSamples.ts";
import type { StructureDistance } from "../../../lib/compare/structure.ts";
import { printable } from "./printable.ts";

/** Entry APIs that the text lists, those with most traces first. */
const listed = 12;

type Structured<Model extends string> = LatencyReport<Model> & {
  structure: Record<Model | "floor", StructureDistance>;
};

const shapes = [
  ["spans", "spans a trace"],
  ["depth", "depth"],
  ["width", "width"],
  ["fanOut", "fan-out"],
  ["graphs", "call graphs (total variation)"],
] as const;

/** A report for a terminal: distances of each model beside the noise floor, of latency in all and by entry API, and of shape. */
export function reportText<Model extends string>(report: Structured<Model>, models: readonly Model[]): string {
  const columns: (Model | "floor")[] = ["floor", ...models];
  const line = (name: string, n: string, cells: string[]) =>
    `${name.padEnd(52)} ${n.padStart(8)} ${cells.map((cell) => cell.padStart(9)).join(" ")}`;
  const distances = (name: string, of: Distances<Model>) =>
    line(
      name,
      "",
      columns.map((column) => shown(of[column])),
    );
  const api = (entry: ComparedApi<Model>) =>
    line(
      `  ${printable(`${entry.service}: ${entry.api}`).slice(0, 49)}`,
      String(entry.n),
      columns.map((column) => shown(entry[column].ks)),
    );
  return [
    line("KS distance from half of the original traces", "n", columns),
    distances("entry executions, pooled", report.pooled.root),
    distances(`entry APIs${countedOf(report.roots)}, mean weighted by n`, report.mean.root),
    distances(`APIs${countedOf(report.apis)}, mean weighted by n`, report.mean.api),
    ...[...report.roots]
      .sort((a, b) => b.n - a.n)
      .slice(0, listed)
      .map(api),
    ...shapes.map(([key, name]) =>
      line(
        name,
        "",
        columns.map((column) => shown(report.structure[column][key])),
      ),
    ),
  ].join("\n");
}

/** Which entries the means count, where they are not all. */
function countedOf(entries: readonly { n: number }[]): string {
  const large = entries.filter(({ n }) => n >= enough).length;
  return large === 0 || large === entries.length ? "" : ` of n ≥ ${enough}`;
}

function shown(distance: number | null): string {
  return distance === null ? "-" : distance.toFixed(4);
}
