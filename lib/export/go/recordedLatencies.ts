import { type ApiSamples, type LatencySamples, samplesKey } from "../../compare/latencySamples.ts";
import { recordedSpans } from "./recordedSpans.ts";

/**
 * Latencies, µs, of a run's executions: as they were measured, or as they were drawn from the model, whatever the
 * machine made of them.
 * @param spans the file that `runSystem` wrote
 * @param reject as `recordedSpans` takes it
 */
export async function recordedLatencies(
  spans: string,
  which: "took" | "model",
  reject?: (reason: string) => void,
): Promise<LatencySamples> {
  const apis = new Map<string, { service: string; name: string; latencies: number[] }>();
  const roots: typeof apis = new Map();
  for await (const span of recordedSpans(spans, reject)) {
    if (span.kind !== 2) continue;
    const { service, name } = span;
    for (const list of span.parentSpanId === undefined ? [apis, roots] : [apis]) {
      const key = samplesKey({ service, name });
      const found = list.get(key);
      if (found) found.latencies.push(span[which]);
      else list.set(key, { service, name, latencies: [span[which]] });
    }
  }
  const samples = (list: typeof apis): ApiSamples[] =>
    [...list.values()].map(({ service, name, latencies }) => ({
      ...{ service, name, durations: Float64Array.from(latencies).sort() },
    }));
  return { apis: samples(apis), roots: samples(roots) };
}
