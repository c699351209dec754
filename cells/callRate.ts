import { type Dataset, tableOf } from "../lib/traces/dataset.ts";

/** Executions that started in one interval of time. */
export interface RateBin {
  /** µs from the first execution of the data set. */
  start: number;
  executions: number;
  errors: number;
}

/** How often an API ran, over the time of the data set. */
export interface CallRate {
  /** Width of an interval, µs. */
  width: number;
  /** Every interval in order, those without executions too. */
  bins: RateBin[];
}

/** Counts an API's executions in intervals of a round width; at most about `most` cover the whole data set. */
export async function callRate(
  dataset: Dataset,
  api: { service: string; name: string },
  most = 100,
): Promise<CallRate> {
  const t = (table: string) => tableOf(dataset, table);
  const range = await dataset.engine.query(`
    SELECT coalesce(min(start), 0)::DOUBLE AS first, coalesce(max(start), 0)::DOUBLE AS last FROM ${t("executions")}`);
  const [first, last] = [Number(range.get(0)!.first), Number(range.get(0)!.last)];
  const width = roundWidth((last - first) / most);
  const rows = await dataset.engine.query(
    `SELECT floor((e.start - ?) / ?)::DOUBLE AS bin, count(*)::DOUBLE AS executions,
      count(*) FILTER (WHERE e.error)::DOUBLE AS errors
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api) WHERE n.service = ? AND n.operation = ?
    GROUP BY bin ORDER BY bin`,
    [first, width, api.service, api.name],
  );
  const bins = Array.from({ length: Math.floor((last - first) / width) + 1 }, (_, bin) => ({
    ...{ start: bin * width, executions: 0, errors: 0 },
  }));
  for (const row of rows) {
    const bin = bins[Number(row.bin)]!;
    bin.executions = Number(row.executions);
    bin.errors = Number(row.errors);
  }
  return { width, bins };
}

/** The next width that people count in: 1, 2 or 5 times a power of ten, of µs or of s. */
function roundWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((digit) => digit * power).find((width) => width >= least)!;
}
