import type { Context, GcmNode, Table } from "../topology/topology.ts";

/**
 * Changes the distributions of a node under a context, and no others. A table that also serves other contexts stays, and
 * a copy for this one is put before it.
 * @param given `{}` for every context
 */
export function changeTables(node: GcmNode, given: Context, change: (values: number[]) => number[]): void {
  const names = Object.keys(given);
  node.tables = node.tables?.flatMap((table): Table[] => {
    if (names.some((name) => table.given[name] !== undefined && table.given[name] !== given[name])) return [table];
    const changed = { ...table, given: { ...table.given, ...given }, values: change(table.values) };
    return names.every((name) => table.given[name] !== undefined) ? [changed] : [changed, table];
  });
  node.parents = [...new Set([...node.parents, ...names])];
}

/** The nodes of a kind among some; throws one line where there is none with distributions. */
export function timedNodes(nodes: readonly GcmNode[], kind: string, of: string): GcmNode[] {
  const found = nodes.filter((node) => node.kind === kind && node.tables?.length);
  if (found.length === 0) throw new Error(`${of} has no ${kind.replace("_", " ")}`);
  return found;
}
