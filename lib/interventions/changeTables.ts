import type { Context, GcmNode, Table } from "../topology/topology.ts";
import { holdsIn } from "./holdsIn.ts";

/**
 * Changes the distributions of a node under a context, and no others. A table that also serves other contexts stays, and
 * a copy for this one is put before it, unless a table before it serves all that the copy would.
 * @param given `{}` for every context
 */
export function changeTables(node: GcmNode, given: Context, change: (values: number[]) => number[]): void {
  const names = Object.keys(given);
  const made: Table[] = [];
  const served = (context: Context) => made.some((table) => holdsIn(table, context));
  for (const table of node.tables ?? []) {
    const elsewhere = names.some((name) => table.given[name] !== undefined && table.given[name] !== given[name]);
    const context = { ...table.given, ...given };
    if (!elsewhere && !served(context)) made.push({ ...table, given: context, values: change(table.values) });
    if (elsewhere || names.some((name) => table.given[name] === undefined)) made.push(table);
  }
  if (node.tables) node.tables = made;
  node.parents = [...new Set([...node.parents, ...names])];
}

/** The nodes of a kind among some; throws one line where there is none with distributions. */
export function timedNodes(nodes: readonly GcmNode[], kind: string, of: string): GcmNode[] {
  const found = nodes.filter((node) => node.kind === kind && node.tables?.length);
  if (found.length === 0) throw new Error(`${of} has no ${kind.replace("_", " ")}`);
  return found;
}
