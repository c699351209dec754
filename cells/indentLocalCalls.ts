import type { ApiLink, ApiNode } from "./apiGraph.ts";

/** An API's row in its service's card. */
export interface Indented {
  api: ApiNode;
  /** How deep the row is indented, 0 to 6. */
  depth: number;
  /** The local caller that the row is indented under. */
  parent: string | undefined;
  /** The card needs a gutter: it has local calls that indentation does not show. */
  gutter: boolean;
}

/**
 * Orders the APIs of one service so that a local callee stands indented below its first local caller, each API once.
 * `pull` gives the height that a row would like to stand at; rows without one keep their order.
 */
export function indentLocalCalls(
  apis: ApiNode[],
  links: ApiLink[],
  pull: (api: ApiNode) => number | undefined = () => undefined,
): Indented[] {
  const here = new Map(apis.map((api) => [api.id, api]));
  const local = links.filter((link) => here.has(link.caller) && here.has(link.callee));
  const called = new Set(local.filter((link) => link.caller !== link.callee).map((link) => link.callee));
  const rank = new Map(apis.map((api, index) => [api.id, index]));
  const wish = new Map(apis.map((api) => [api.id, pull(api)]));
  const order = (a: string, b: string) => {
    const [x, y] = [wish.get(a), wish.get(b)];
    return x !== undefined && y !== undefined && x !== y ? x - y : rank.get(a)! - rank.get(b)!;
  };
  const rows: Indented[] = [];
  const seen = new Set<string>();
  const visit = (root: string) => {
    const stack: [string, number, string | undefined][] = [[root, 0, undefined]];
    for (let next = stack.pop(); next; next = stack.pop()) {
      const [id, depth, parent] = next;
      if (seen.has(id)) continue;
      seen.add(id);
      rows.push({ api: here.get(id)!, depth: Math.min(depth, 6), parent, gutter: false });
      const callees = local.filter((link) => link.caller === id).map((link) => link.callee);
      for (const callee of callees.sort(order).reverse()) stack.push([callee, depth + 1, id]);
    }
  };
  const ids = apis.map((api) => api.id).sort(order);
  for (const id of ids) if (!called.has(id)) visit(id);
  for (const id of ids) visit(id);
  const parents = new Map(rows.map((row) => [row.api.id, row.parent]));
  const gutter = local.some((link) => parents.get(link.callee) !== link.caller);
  for (const row of rows) row.gutter = gutter;
  return rows;
}
