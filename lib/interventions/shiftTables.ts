import { probabilityBelow } from "../gcm/tableDistance.ts";
import type { Context, GcmNode } from "../topology/topology.ts";
import { changeTables } from "./changeTables.ts";
import { marginalTables } from "./marginalTables.ts";

/**
 * Adds a constant to a node's times under a context, and cuts at 0 what falls below.
 * @param given `{}` for every context
 * @param by µs
 * @returns the share of times that were cut, over all contexts that it holds in
 */
export function shiftTables(grid: readonly number[], node: GcmNode, given: Context, by: number): number {
  const holding = (node.tables ?? []).filter((table) =>
    Object.entries(given).every(([name, value]) => table.given[name] === undefined || table.given[name] === value),
  );
  const [all] = marginalTables(grid, holding, () => false);
  changeTables(node, given, (values) => values.map((value) => Math.max(0, value + by)));
  return by < 0 && all ? probabilityBelow(grid, all, -by, true) : 0;
}

/** Reports the share of times that a shift has cut at 0, if any were. */
export function sayCut(say: (sentence: string) => void, what: string, cut: number): void {
  if (cut > 0) say(`${what}: ${Number((100 * cut).toPrecision(3))} % of times are cut at 0`);
}
