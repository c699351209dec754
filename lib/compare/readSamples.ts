import type { Vector } from "apache-arrow";
import { literal } from "../engine/sql.ts";
import { hashBelow } from "../executions/splitTraces.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { ApiSamples, LatencySamples } from "./latencySamples.ts";

/** Traces that latencies are read from, at most about; larger data sets are sampled by trace. */
export const mostTraces = 40_000;

/**
 * The latencies of a data set's executions by API, from a bounded sample of traces (all, where there are no more).
 * @param half the traces that are held out, those that are not, or both (see `splitTraces`)
 */
export async function readSamples(dataset: Dataset, half: "train" | "test" | "both"): Promise<LatencySamples> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const rows = await engine.query(`
    SELECT n.service, n.operation, e.parent IS NULL AND NOT e.fragment AS entry,
      list_sort(list(e.duration)) AS durations
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api) JOIN ${t("split")} s USING (trace)
    WHERE s.sample < ${literal(await sampleBelow(dataset))} ${half === "both" ? "" : `AND s.test = ${half === "test"}`}
    GROUP BY n.service, n.operation, entry ORDER BY n.service, n.operation, entry`);
  const apis: ApiSamples[] = [];
  const roots: ApiSamples[] = [];
  for (const row of rows) {
    const samples = {
      service: String(row.service),
      name: String(row.operation),
      durations: Float64Array.from((row.durations as Vector).toArray() as ArrayLike<number>),
    };
    if (row.entry) roots.push(samples);
    const last = apis[apis.length - 1];
    if (last?.service !== samples.service || last.name !== samples.name) apis.push(samples);
    else apis[apis.length - 1] = { ...last, durations: merged(last.durations, samples.durations) };
  }
  return { apis, roots };
}

/** The upper bound of `split.sample` that leaves about `mostTraces` traces. */
export async function sampleBelow(dataset: Dataset, most = mostTraces): Promise<string> {
  const counted = await dataset.engine.query(`SELECT count(*)::DOUBLE AS n FROM ${tableOf(dataset, "traces")}`);
  return hashBelow(most / Math.max(1, Number(counted.get(0)?.n)));
}

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all.sort();
}
