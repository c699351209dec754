import { quantile } from "../gcm/quantile.ts";
import type { Table } from "../topology/topology.ts";
import { marginalTables } from "./marginalTables.ts";

/** The median of tables over all contexts, in their unit. */
export function marginalMedian(grid: readonly number[], tables: readonly Table[]): number {
  return quantile(grid, marginalTables(grid, tables, () => false)[0]!, 0.5);
}
