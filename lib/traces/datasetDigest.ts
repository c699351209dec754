import { type Dataset, tableOf } from "./dataset.ts";

/**
 * A text that differs wherever the content of a data set's spans or executions differs: their numbers of rows and sums of
 * the engine's hashes of rows, in any order. Equal texts of one engine and version stand for equal rows, up to chance
 * collisions of two 64-bit sums. One scan of each table. A cluster hashes otherwise: there no two texts are equal.
 */
export async function datasetDigest(dataset: Dataset): Promise<string> {
  if (dataset.engine.cluster !== undefined) return crypto.randomUUID();
  const parts: string[] = [];
  for (const table of ["spans", "executions"]) {
    const rows = await dataset.engine.query(`
      SELECT count(*)::VARCHAR AS n, coalesce(bit_xor(h), 0)::VARCHAR AS mixed, coalesce(sum(h::HUGEINT), 0)::VARCHAR AS total
      FROM (SELECT hash(t) AS h FROM ${tableOf(dataset, table)} t)`);
    const { n, mixed, total } = rows.get(0) as unknown as Record<string, unknown>;
    parts.push(`${table} ${n} ${mixed} ${total}`);
  }
  const version = await dataset.engine.query("SELECT version() AS version");
  return [...parts, String(version.get(0)!.version)].join(", ");
}
