import type { LoadLevel } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { FittedScenario } from "./fitScenarios.ts";

/**
 * How often kinds of traces are at each load: what is slow or rare at one load may be common at another. Rows are of the
 * table `scenarios` and `loads` of `fitScenarios` and `fitLoad`; those for any load come last.
 */
export async function scenariosByLoad(
  dataset: Dataset,
  scenarios: readonly FittedScenario[],
  levels: readonly LoadLevel[],
): Promise<FittedScenario[]> {
  if (scenarios.length === 0 || levels.length === 0) return [...scenarios];
  const t = (table: string) => tableOf(dataset, table);
  const rows = await dataset.engine.query(`
    SELECT level, scenario, count(*)::DOUBLE AS n FROM ${t("scenarios")} JOIN ${t("loads")} USING (trace)
    GROUP BY level, scenario ORDER BY level, scenario`);
  const counts = new Map([...rows].map(({ level, scenario, n }) => [`${level} ${scenario}`, Number(n)]));
  const entries = [...new Set(scenarios.map(({ entry }) => entry))];
  const given = levels.flatMap(({ id: load }, index) =>
    entries.flatMap((entry) => {
      const mine = scenarios.filter((each) => each.entry === entry);
      const seen = mine.map(({ id }) => counts.get(`${index + 1} ${id}`) ?? 0);
      const total = seen.reduce((sum, n) => sum + n, 0);
      if (total === 0) return [];
      return mine.map(({ id }, at) => ({ id, entry, n: seen[at]!, probability: seen[at]! / total, given: { load } }));
    }),
  );
  return [...given, ...scenarios];
}
