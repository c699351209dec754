import { type Dataset, tableOf } from "../traces/dataset.ts";

/**
 * Finds the resolution of each API's durations, µs, as column `resolution` of `names`: 1000 where at least 99 % of its
 * durations are whole ms, 1 where they are whole µs, else 0.001. APIs without a duration above 0 take the data set's.
 * Returns the data set's: that of the least exact tenth of its spans.
 */
export async function timeResolution(dataset: Dataset): Promise<number> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  await engine.query(`ALTER TABLE ${t("names")} ADD COLUMN resolution DOUBLE`);
  await engine.query(`
    CREATE OR REPLACE TABLE ${t("resolutions")} AS
    SELECT api, count(*) AS spans, CASE
      WHEN avg((duration % 1000 = 0)::INTEGER) >= 0.99 THEN 1000.0
      WHEN avg((duration % 1 = 0)::INTEGER) >= 0.99 THEN 1.0 ELSE 0.001 END::DOUBLE AS resolution
    FROM ${t("numbered")} WHERE duration > 0 GROUP BY api`);
  await engine.query(`
    UPDATE ${t("names")} AS n SET resolution = r.resolution FROM ${t("resolutions")} r WHERE r.api = n.api`);
  const shares = await engine.query(`
    SELECT resolution, sum(spans)::DOUBLE AS spans FROM ${t("resolutions")} GROUP BY resolution ORDER BY resolution DESC`);
  await engine.query(`DROP TABLE ${t("resolutions")}`);
  const rows = shares.toArray().map((row) => ({ resolution: Number(row.resolution), spans: Number(row.spans) }));
  const total = rows.reduce((sum, row) => sum + row.spans, 0);
  let coarser = 0;
  let resolution = 0.001;
  for (const row of rows) {
    coarser += row.spans;
    if (coarser >= 0.1 * total) {
      resolution = row.resolution;
      break;
    }
  }
  await engine.query(`UPDATE ${t("names")} SET resolution = ${resolution} WHERE resolution IS NULL`);
  return resolution;
}
