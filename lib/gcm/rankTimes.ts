import { type Dataset, tableOf } from "../traces/dataset.ts";

/** Executions that a context needs for its ranks to count. */
const fewest = 20;

/**
 * Ranks the times of the table `fitted` (see fitTopology) among those in the same context, 0 to 1, ties at their middle:
 * adds the columns `rank`, of own times given path, caller and labels, and `network_rank`, of the network times of edges
 * that have any, given the caller's path and labels. Both are NULL where the context has fewer than 20.
 */
export async function rankTimes(dataset: Dataset, labels: readonly string[] = []): Promise<void> {
  const fitted = tableOf(dataset, "fitted");
  const rank = (context: readonly string[], value: string) => {
    const within = `OVER (PARTITION BY ${context.join(", ")} ORDER BY greatest(0, ${value}))`;
    const size = `count(*) OVER (PARTITION BY ${context.join(", ")})`;
    return `CASE WHEN ${size} >= ${fewest} THEN (rank() ${within} + count(*) ${within} - 1) / (2.0 * ${size}) END`;
  };
  const callee = labels.map((label) => `c.${label}`);
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${fitted} AS
    WITH networks AS (
      SELECT c.span, ${rank(["c.edge", "p.path", ...callee], "c.network")} AS network_rank
      FROM ${fitted} c JOIN ${fitted} p ON p.span = c.parent
      WHERE c.edge IN (SELECT edge FROM ${fitted} WHERE edge IS NOT NULL AND network > 0))
    SELECT f.*, ${rank(["f.api", "f.path", "f.caller", ...labels.map((label) => `f.${label}`)], "f.own")} AS rank, n.network_rank
    FROM ${fitted} f LEFT JOIN networks n ON n.span = f.span`);
}
