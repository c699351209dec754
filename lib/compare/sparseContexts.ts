import { type Dataset, tableOf } from "../traces/dataset.ts";
import { samplesKey } from "./latencySamples.ts";

/** A context (caller and walk) that the fit saw fewer times than this is sparse. */
export const sparseBelow = 10;

/** For each API (see samplesKey) the share of its held-out executions that ran in a sparse context, 0 to 1. */
export async function sparseContexts(dataset: Dataset): Promise<Map<string, number>> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT n.service, n.operation, (sum(CASE WHEN fitted < ${sparseBelow} THEN held ELSE 0 END) / sum(held))::DOUBLE AS share
    FROM (
      SELECT e.api, coalesce(e.caller, -1) AS caller, e.walk, count(*) FILTER (NOT s.test) AS fitted,
        count(*) FILTER (s.test) AS held
      FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) GROUP BY ALL) JOIN ${t("names")} n USING (api)
    GROUP BY n.service, n.operation HAVING sum(held) > 0 ORDER BY n.service, n.operation`);
  return new Map(
    [...rows].map((row) => [
      samplesKey({ service: String(row.service), name: String(row.operation) }),
      Number(row.share),
    ]),
  );
}
