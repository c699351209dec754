import { type Dataset, tableOf } from "../traces/dataset.ts";
import { countInLedger } from "../traces/ledger.ts";
import type { Intervention } from "./operation.ts";
import { operations } from "./operations.ts";
import { checkIntervention } from "./readInterventions.ts";

/**
 * Leaves only the traces that every filter keeps, in order; the others' spans are rejected in the ledger under a rule
 * `filter-…`, so that it still accounts for every record. A trace has an `id`; `start` and `duration`, µs, of its entry,
 * which is the first span that is no client's; that span's `entry_service` and `entry_operation`; `spans`, how many it
 * has; `services`, their names; and `failed`, whether any span says so.
 * Dimensions among the interventions leave the traces as they are.
 * @throws Error of one line that names the filter which leaves no trace, and for an operation that is no filter
 */
export async function filterTraces(dataset: Dataset, filters: readonly Intervention[]): Promise<void> {
  const { engine } = dataset;
  const [spans, left] = [tableOf(dataset, "spans"), tableOf(dataset, "filtered")];
  const conditions = filters.flatMap((given, index) => {
    const { note: _, type, ...values } = checkIntervention(given, `interventions[${index}]`);
    const place = `interventions[${index}]: ${type}`;
    const { declare, keep, byId = false } = operations.get(type)!;
    if (declare) return [];
    if (keep === undefined) throw new Error(`${place}: acts on a topology; give it to palette apply`);
    try {
      return { type, place, condition: keep(values as never), byId };
    } catch (error) {
      throw new Error(`${place}: ${(error as Error).message}`, { cause: error });
    }
  });
  for (const { type, place, condition, byId } of conditions) {
    const described = byId ? `(SELECT DISTINCT trace AS id FROM ${spans})` : "described";
    const description = `
      WITH entries AS (
        SELECT trace, start, duration, service, operation FROM ${spans}
        QUALIFY row_number() OVER (PARTITION BY trace
          ORDER BY kind IS NOT DISTINCT FROM 'client', start, duration DESC, id, file, "row") = 1),
      totals AS (
        SELECT trace, count(*) AS spans, list_distinct(list(service)) AS services, coalesce(bool_or(error), false) AS failed
        FROM ${spans} GROUP BY trace),
      described AS (
        SELECT trace AS id, e.start, e.duration, e.service AS entry_service, e.operation AS entry_operation, t.spans,
          t.services, t.failed
        FROM entries e JOIN totals t USING (trace))`;
    await engine.query(`
      CREATE OR REPLACE TABLE ${left} AS ${byId ? "" : description}
      SELECT id, coalesce(${condition}, false) AS kept FROM ${described}`);
    const counted = await engine.query(
      `SELECT count(*)::DOUBLE AS n, count(*) FILTER (kept)::DOUBLE AS kept FROM ${left}`,
    );
    const { n, kept } = counted.get(0)!;
    if (Number(kept) === 0) throw new Error(`${place}: keeps none of the ${Number(n)} traces`);
    const lost = `trace IN (SELECT id FROM ${left} WHERE NOT kept)`;
    await countInLedger(dataset, ruleOf(type), "rejected", `(SELECT file, "row" FROM ${spans} WHERE ${lost})`);
    await engine.query(`DELETE FROM ${spans} WHERE ${lost}`);
  }
  await engine.query(`DROP TABLE IF EXISTS ${left}`);
}

/** Such as `filter-duration` for keepDuration, `filter-out-time` for dropTime. */
function ruleOf(type: string): string {
  return `filter-${type
    .replace(/^keep/, "")
    .replace(/^drop/, "out-")
    .replace(/Traces$/, "")
    .toLowerCase()}`;
}
