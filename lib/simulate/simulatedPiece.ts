import type { Topology } from "../topology/topology.ts";
import type { Executions } from "./executions.ts";
import { writeAlibaba } from "./writeAlibaba.ts";
import { writeOtlp } from "./writeOtlp.ts";

/** What a batch of executions becomes: itself, or UTF-8 text of one of the formats, without a header. */
export type PieceFormat = "executions" | "otlp" | "alibaba";

/** A batch of generated traces, and how much is in it. */
export interface SimulatedPiece<Content = Executions | Uint8Array> {
  executions: number;
  traces: number;
  content: Content;
}

/** @param seed of the ids in texts */
export function simulatedPiece(
  topology: Topology,
  batch: Executions,
  format: PieceFormat,
  seed: number,
): SimulatedPiece {
  const { length: executions, traces } = batch;
  if (format === "executions") return { executions, traces, content: batch };
  const write = format === "otlp" ? writeOtlp : writeAlibaba;
  const text = [...write(topology, [batch], { seed, header: false })].join("");
  return { executions, traces, content: new TextEncoder().encode(text) };
}
