import { fullValues } from "../../gcm/thinTable.ts";
import { registers } from "../../simulate/compile.ts";
import type { Label } from "../../simulate/labels.ts";
import { pathDigits } from "../../simulate/pathDigits.ts";
import { type Parent, SelectorsBuilder } from "../../simulate/selectors.ts";
import type { GcmNode, Table, Topology } from "../../topology/topology.ts";
import type { SelectorTable, TableValues } from "./causalTables.ts";

/** Selectors of request and response sizes, whose tables are appended to those given. */
export function payloadSelectors(topology: Topology, labels: readonly Label[]) {
  const indexes = new Map<Table, number>();
  const carried: Record<string, Parent> = Object.fromEntries(
    labels.map(({ id, digits }, index) => [id, { register: registers.labels + index, digits, size: digits.size + 1 }]),
  );
  const payloads = new Map<string, { digits: Map<string, number>; nodes: GcmNode[] }>();
  for (const api of topology.apis) {
    const nodes = api.gcm.nodes.filter(({ kind, tables }) => kind === "payload" && tables?.length);
    if (nodes.length > 0) payloads.set(api.id, { digits: pathDigits(api), nodes });
  }
  return (api: string, caller: string, edge: string, tables: TableValues[]) => {
    const { digits, nodes } = payloads.get(api) ?? { digits: new Map<string, number>(), nodes: [] };
    const found: { request?: SelectorTable; response?: SelectorTable } = {};
    for (const node of nodes) {
      if (node.edge !== edge) continue;
      const builder = new SelectorsBuilder();
      const rows = node.tables!.flatMap((table) => {
        const { given } = table;
        // Rows under other contexts give way to coarser ones.
        if (Object.keys(given).some((key) => key !== "caller" && key !== "path" && !(key in carried))) return [];
        let index = indexes.get(table);
        if (index === undefined) {
          index = tables.push(fullValues(topology.quantileGrid, table)) - 1;
          indexes.set(table, index);
        }
        return [{ given, index }];
      });
      builder.add(
        rows,
        { caller: { fixed: caller }, path: { register: registers.path, digits, size: digits.size }, ...carried },
        node.id,
      );
      const { termRegister, termStride, row } = builder.build();
      const selector: SelectorTable = {
        terms: Array.from(termRegister, (register, at) => [register, termStride[at]!]),
        rows: Array.from(row),
      };
      if (node.id.startsWith("response")) found.response = selector;
      else found.request = selector;
    }
    return found;
  };
}
