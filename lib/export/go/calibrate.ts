import { join } from "node:path";
import { writeFolder } from "../../files/writeFolder.ts";
import { calibrationTopology } from "./calibrationTopology.ts";
import { exportGo, type RuntimeFiles } from "./exportGo.ts";
import { type RecordedSpan, recordedSpans } from "./recordedSpans.ts";
import { type MachineCosts, type RunOptions, runSystem } from "./runSystem.ts";

/**
 * Measures what this machine adds to a generated system: runs a tiny one for 3 s, without corrections, and takes the
 * median over its calls of what the client waited beyond the server's execution (hop), and of how much later than its
 * equation asked for the callee ended (wake).
 * @param folder a new folder for the tiny system
 * @param options how the system proper will be run
 * @throws Error as `runSystem` does, and where no call was recorded
 */
export async function calibrate(
  folder: string,
  runtime: RuntimeFiles,
  options: Pick<RunOptions, "work" | "signal" | "seed">,
): Promise<MachineCosts & { calls: number }> {
  await writeFolder(folder, exportGo(calibrationTopology(), runtime));
  const spans = join(folder, "spans.jsonl");
  const { work, signal, seed } = options;
  await runSystem(folder, spans, {
    ...{ seed, processes: 2, duration: 3, warmUp: 1, scale: 1, corrections: "off" },
    ...(work === undefined ? {} : { work }),
    ...(signal === undefined ? {} : { signal }),
  });
  return measuredCosts(spans);
}

/** The costs in the spans of a run of `calibrationTopology`. */
export async function measuredCosts(spans: string): Promise<MachineCosts & { calls: number }> {
  const clients = new Map<string, number>();
  const callees: RecordedSpan[] = [];
  for await (const span of recordedSpans(spans)) {
    if (span.kind === 3) clients.set(span.spanId, span.took);
    else callees.push(span);
  }
  const hops: number[] = [];
  const wakes: number[] = [];
  for (const { parentSpanId = "", took, model } of callees) {
    const client = clients.get(parentSpanId);
    if (client === undefined) continue;
    hops.push(client - took);
    wakes.push(took - model);
  }
  if (hops.length === 0) throw new Error("calibrate: the system recorded no call");
  return { hop: median(hops), wake: median(wakes), calls: hops.length };
}

/** At least 0, and to the tenth of a µs. */
function median(values: number[]): number {
  const middle = values.sort((a, b) => a - b)[values.length >> 1]!;
  return Math.round(10 * Math.max(0, middle)) / 10;
}
