import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { calibrationTopology } from "./calibrationTopology.ts";
import { exportGo, type RuntimeFiles } from "./exportGo.ts";
import { type MachineCosts, type RunOptions, runSystem } from "./runSystem.ts";

interface Span {
  spanId: string;
  parentSpanId?: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { doubleValue?: number } }[];
}

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
  for (const [path, text] of exportGo(calibrationTopology(), runtime)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const spans = join(folder, "spans.jsonl");
  const { work, signal, seed } = options;
  await runSystem(folder, spans, {
    ...{ seed, processes: 2, duration: 3, warmUp: 1, scale: 1, corrections: "off" },
    ...(work === undefined ? {} : { work }),
    ...(signal === undefined ? {} : { signal }),
  });
  return measuredCosts(await readFile(spans, "utf8"));
}

/** The costs in the spans (OTLP JSON lines) of a run of `calibrationTopology`. */
export function measuredCosts(text: string): MachineCosts & { calls: number } {
  const lines = text.split("\n").filter((line) => line !== "");
  const spans = lines
    .map((line) => JSON.parse(line) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] })
    .flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans)),
    );
  const took = (span: Span) => Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1000;
  const clients = new Map(spans.filter(({ kind }) => kind === 3).map((span) => [span.spanId, span]));
  const hops: number[] = [];
  const wakes: number[] = [];
  for (const span of spans) {
    const client = span.kind === 2 && span.parentSpanId !== undefined ? clients.get(span.parentSpanId) : undefined;
    const model = span.attributes.find(({ key }) => key === "palette.model_us")?.value.doubleValue;
    if (client === undefined || model === undefined) continue;
    hops.push(took(client) - took(span));
    wakes.push(took(span) - model);
  }
  if (hops.length === 0) throw new Error("calibrate: the system recorded no call");
  return { hop: median(hops), wake: median(wakes), calls: hops.length };
}

/** At least 0, and to the tenth of a µs. */
function median(values: number[]): number {
  const middle = values.sort((a, b) => a - b)[values.length >> 1]!;
  return Math.round(10 * Math.max(0, middle)) / 10;
}
