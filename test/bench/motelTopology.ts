import { normalQuantile } from "../../lib/gcm/normal.ts";
import { simpleTopology } from "../../lib/simulate/simpleTopology.ts";
import type { Api, PfaState, Table, Topology } from "../../lib/topology/topology.ts";

/**
 * The system that motel (github.com/andrewh/motel) makes of traces, as its documentation describes its import: each
 * operation has a normal own time of the observed mean and standard deviation, and its calls each their own
 * probability, all at once or one after another, whichever is more frequent. Nothing depends on a caller.
 */
export function motelTopology(topology: Topology): Topology {
  const base = simpleTopology(topology);
  return {
    ...base,
    apis: base.apis.map((api, index) => ({
      ...api,
      pfa: isParallel(topology.apis[index]!) ? together(api) : api.pfa,
      gcm: {
        ...api.gcm,
        nodes: api.gcm.nodes.map((node) =>
          node.kind === "own_time" && node.tables?.length
            ? { ...node, tables: [normalTable(topology, topology.apis[index]!, node.tables[0]!)] }
            : node,
        ),
      },
    })),
  };
}

/** Whether most executions that call several APIs call some of them at once. */
function isParallel({ pfa }: Api): boolean {
  const weight = (several: boolean) => {
    const ids = new Set(pfa.states.filter(({ calls }) => calls.length > 1 === several).map(({ id }) => id));
    return pfa.transitions
      .filter(({ given }) => Object.keys(given).length === 0)
      .reduce((sum, { visits, to }) => sum + visits * shareOf(to, ids), 0);
  };
  return weight(true) > weight(false);
}

function shareOf(to: readonly { state: string; probability: number }[], ids: ReadonlySet<string>): number {
  return to.reduce((sum, { state, probability }) => (ids.has(state) ? sum + probability : sum), 0);
}

/** One stage that makes all calls at once. */
function together(api: Api): Api["pfa"] {
  const calls = api.pfa.states.flatMap((state) =>
    state.calls.flatMap((call) => Array.from({ length: state.repeat?.[0]?.count ?? 1 }, () => call)),
  );
  const stage: PfaState = { id: "calls", calls, gap: 0.5, order: "certain" };
  const [start, finish] = [api.pfa.states[0]!, api.pfa.states.at(-1)!];
  if (calls.length === 0) return api.pfa;
  const step = (from: string, state: string) => ({
    from,
    given: {},
    visits: api.executions,
    to: [{ state, probability: 1 }],
  });
  return {
    ...api.pfa,
    states: [start, stage, finish],
    transitions: [step(start.id, stage.id), step(stage.id, finish.id)],
  };
}

/** Quantiles of the normal distribution with the mean and standard deviation of an API's own time; none below 0. */
function normalTable({ quantileGrid }: Topology, api: Api, { given, n }: Table): Table {
  const tables = api.gcm.nodes.find(({ kind }) => kind === "own_time")!.tables!;
  const all = tables.find((table) => Object.keys(table.given).length === 0) ?? tables.at(-1)!;
  const mean = api.simple.ownTime;
  const deviation = Math.sqrt(secondMoment(all.values, quantileGrid) - momentOf(all.values, quantileGrid) ** 2);
  const values = quantileGrid.map((level) =>
    Math.max(0, mean + deviation * normalQuantile(Math.min(1 - 1e-4, Math.max(1e-4, level)))),
  );
  return { given, n, values };
}

function momentOf(values: readonly number[], grid: readonly number[]): number {
  return integral(values, grid, (value) => value);
}

function secondMoment(values: readonly number[], grid: readonly number[]): number {
  return integral(values, grid, (value) => value ** 2);
}

/** ∫ f(quantile(u)) du by trapezia; a table with other than the grid's number of values is evenly spaced. */
function integral(values: readonly number[], grid: readonly number[], f: (value: number) => number): number {
  if (values.length === 1) return f(values[0]!);
  let sum = 0;
  for (let i = 1; i < values.length; i++) {
    const width = values.length === grid.length ? grid[i]! - grid[i - 1]! : 1 / (values.length - 1);
    sum += (width * (f(values[i]!) + f(values[i - 1]!))) / 2;
  }
  return sum;
}
