import type { Service } from "../../topology/topology.ts";
import type { CallTable, CausalTables, SelectorTable, TableValues, VariantTable } from "./causalTables.ts";
import { type CodeContext, reachedApis } from "./serviceCode.ts";

/**
 * The text of a service's model.json, by which the runtime draws: its APIs' variants, with the quantile tables (µs) and
 * choices that they refer to, numbered anew.
 */
export function serviceModel(context: CodeContext, service: Service): string {
  const { topology, causal } = context;
  const tables: TableValues[] = [];
  const choices: CausalTables["choices"] = [];
  const tableIndex = new Map<number, number>();
  const choiceIndex = new Map<number, number>();
  const table = (index: number) => renumber(index, tableIndex, causal.tables, tables);
  const choice = (index: number) => renumber(index, choiceIndex, causal.choices, choices);
  const select = ({ terms, rows }: SelectorTable, row: (index: number) => number) => ({ terms, rows: rows.map(row) });
  const optional = <Value, Result>(value: Value | undefined, make: (value: Value) => Result) =>
    value === undefined ? undefined : make(value);
  const callOf = ({ edge, network, request, response, count, carries, ...call }: CallTable) => ({
    ...call,
    carryPath: carries.path.size > 0,
    carryRank: carries.rank.size > 0,
    carryDepth: carries.depth,
    carryLabels: [...carries.labels.keys()],
    name: edge.kind === "local" ? "" : edge.operation || context.apis.get(edge.callee)!.name || edge.callee,
    count: optional(count, choice),
    network: optional(network, (each) => select(each, table)),
    request: optional(request, (each) => select(each, table)),
    response: optional(response, (each) => select(each, table)),
  });
  const variantOf = ({ callers, ownTime, loading, rank, regimeRank, draws, states }: VariantTable) => ({
    callers,
    ownTime: select(ownTime, table),
    loading,
    rank: optional(rank, (each) => select(each, (row) => row)),
    regimeRank,
    draws: draws.map(([register, value]) => ({ register, value: select(value, choice) })),
    states: states.map(({ next, repeat, calls, ...state }) => ({
      ...state,
      next: optional(next, (each) => select(each, choice)),
      repeat: optional(repeat, choice),
      calls: calls.map(callOf),
    })),
  });
  const apis = reachedApis(context, service.id).map((api) => {
    const variants = causal.apis.get(api.id)!;
    const { name, errors, work } = api;
    return { name, errors, grain: variants[0]!.grain, work, variants: variants.map(variantOf) };
  });
  const lines = (items: readonly unknown[]) => `[\n${items.map((item) => `  ${JSON.stringify(item)}`).join(",\n")}\n]`;
  return `{"version": 2, "service": ${JSON.stringify(service.name)}, "grid": ${JSON.stringify(topology.quantileGrid)},
"factors": ${causal.factors}, "labels": ${JSON.stringify(causal.labels)},
"bins": ${JSON.stringify(causal.bins)}, "classes": ${JSON.stringify(causal.classes)},
"densities": ${lines(causal.densities)},
"apis": ${lines(apis)},
"tables": [
${tables.map((values) => `  {"values":${JSON.stringify(Array.from(values))}}`).join(",\n")}
],
"choices": ${lines(choices)}}
`;
}

function renumber<Item>(index: number, known: Map<number, number>, from: readonly Item[], to: Item[]): number {
  let found = known.get(index);
  if (found === undefined) {
    found = to.push(from[index]!) - 1;
    known.set(index, found);
  }
  return found;
}
