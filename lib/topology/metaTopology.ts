import { quantileGrid } from "../gcm/quantileGrid.ts";
import type { Dataset } from "../traces/dataset.ts";
import { type MetaChildrenSet, type MetaParent, readMetaServices, readMetaStructure } from "../traces/metaStructure.ts";
import { unknownName } from "../traces/unknownName.ts";
import { generator } from "./generator.ts";
import type { Api, CountProbability, Edge, PfaState, PfaTransition, Service, Topology } from "./topology.ts";
import { topologyVersion } from "./topologyVersion.ts";

/** Distinct sets of children that an API's automaton keeps, the most frequent ones. */
const mostSets = 256;

/** From this mean concurrency rate the children of a set are one concurrent stage, below it they follow one another. */
const concurrent = 0.5;

const equation = "latency unknown: summaries without durations";

/**
 * The topology that Meta's summaries allow for: structure without latency, so without own-time tables. Each parent of
 * `parent-data` is an API of its service, whose automaton takes one branch for each set of children; the children are
 * APIs of the service `(unknown)`, for their names are anonymized apart from the parents'. Without that file each
 * service of `service-characteristics` is one API without calls. Services carry the numbers of their instances,
 * endpoints, callers and callees. Null where no such summary was read.
 */
export async function metaTopology(
  dataset: Dataset,
  { name = "meta", ...provenance }: Pick<Topology["provenance"], "sources" | "ledger" | "options"> & { name?: string },
): Promise<Topology | null> {
  const structure = await readMetaStructure(dataset);
  const listed = await readMetaServices(dataset);
  if (structure === null || (structure.parents.length === 0 && listed.length === 0)) return null;
  const graph = structure.parents.length > 0 ? graphOfParents(structure.parents) : { apis: [], edges: [], entries: [] };
  const services = new Map<string, Service>();
  for (const { id, ...numbers } of listed) services.set(id, { id, name: id, ...numbers } as Service);
  for (const { service } of graph.apis)
    if (!services.has(service)) services.set(service, { id: service, name: service });
  if (graph.apis.length === 0) {
    for (const { id, callers, callees } of listed) {
      graph.apis.push(api(`${id}: (all endpoints)`, id, "(all endpoints)", 0));
      if (callers === 0 && callees > 0) graph.entries.push({ api: `${id}: (all endpoints)`, executions: 0 });
    }
    if (graph.entries.length === 0) graph.entries.push(...graph.apis.map(({ id }) => ({ api: id, executions: 0 })));
  }
  const total = graph.entries.reduce((sum, { executions }) => sum + executions, 0);
  return {
    format: "palette-topology",
    version: topologyVersion,
    name,
    resolution: 1,
    quantileGrid: quantileGrid(),
    services: [...services.values()],
    apis: graph.apis,
    edges: graph.edges,
    exogenous: [],
    workload: {
      arrivals: "poisson",
      rate: 0,
      duration: 0,
      mix: graph.entries.map((entry) => ({
        ...entry,
        probability: total > 0 ? entry.executions / total : 1 / graph.entries.length,
      })),
    },
    provenance: { generator, ...provenance, interventions: [] },
  };
}

function graphOfParents(parents: readonly MetaParent[]) {
  const apis: Api[] = [];
  const edges: Edge[] = [];
  const children = new Map<string, Api>();
  const entries: { api: string; executions: number }[] = [];
  for (const [parent, sets] of mergeProfiles(parents)) {
    const executions = sets.reduce((sum, { invocations }) => sum + invocations, 0);
    const [service] = parent.split("-");
    const caller = api(`${service}: ${parent}`, service!, parent, executions);
    const calls = new Map<string, Edge>();
    for (const set of sets) {
      const each = callsOf(set) / Math.max(1, set.children.length);
      for (const child of set.children) {
        const callee = children.get(child) ?? api(`${unknownName}: ${child}`, unknownName, child, 0);
        children.set(child, callee);
        const edge = calls.get(child) ?? {
          ...{ id: `e${edges.length + calls.size}`, caller: caller.id, callee: callee.id },
          ...{ kind: "remote" as const, calls: 0, asynchronous: 0 },
        };
        calls.set(child, edge);
        edge.calls += each;
        callee.executions += each;
      }
    }
    edges.push(...calls.values());
    caller.pfa = automaton(sets, (child) => calls.get(child)!.id, executions);
    caller.simple.calls = [...calls.values()].map(({ id, calls }) => ({
      ...{ edge: id, mean: calls / executions, asynchronous: false },
    }));
    apis.push(caller);
    entries.push({ api: caller.id, executions });
  }
  return { apis: [...apis, ...children.values()], edges, entries };
}

/** The sets of children of each parent over all profiles, the most frequent first and at most `mostSets`. */
function mergeProfiles(parents: readonly MetaParent[]): Map<string, MetaChildrenSet[]> {
  const merged = new Map<string, Map<string, MetaChildrenSet>>();
  for (const { parent, childrenSets } of parents) {
    const sets = merged.get(parent) ?? new Map<string, MetaChildrenSet>();
    merged.set(parent, sets);
    for (const set of childrenSets) {
      const key = JSON.stringify(set.children);
      const known = sets.get(key);
      if (!known) sets.set(key, { ...set });
      else {
        const invocations = known.invocations + set.invocations;
        const concurrency = (known.concurrency * known.invocations + set.concurrency * set.invocations) / invocations;
        sets.set(key, { ...known, invocations, concurrency, calls: [...known.calls, ...set.calls] });
      }
    }
  }
  const inOrder = (sets: Map<string, MetaChildrenSet>) =>
    [...sets].sort(([a, one], [b, other]) => other.invocations - one.invocations || (a < b ? -1 : 1));
  return new Map(
    [...merged].map(([parent, sets]) => [
      parent,
      inOrder(sets)
        .slice(0, mostSets)
        .map(([, set]) => set),
    ]),
  );
}

/** Calls that all invocations of a set make; every child is called at least once. */
function callsOf({ children, calls }: MetaChildrenSet): number {
  return calls.reduce((sum, { count, invocations }) => sum + Math.max(count, children.length) * invocations, 0);
}

/** One branch for each set: a concurrent state, or a chain whose order nobody recorded. */
function automaton(
  sets: readonly MetaChildrenSet[],
  edgeOf: (child: string) => string,
  executions: number,
): Api["pfa"] {
  const states: PfaState[] = [boundary("start"), boundary("finish")];
  const transitions: PfaTransition[] = [];
  const first: PfaTransition = { from: "start", given: {}, visits: executions, to: [] };
  for (const [index, set] of sets.entries()) {
    const counts = countsOf(set);
    const times = counts.length === 1 && counts[0]!.count === 1 ? undefined : counts;
    const call = (child: string) => ({ edge: edgeOf(child), probability: 1, asynchronous: false });
    const together = set.concurrency >= concurrent || set.children.length <= 1;
    const stages = together ? [set.children] : set.children.map((child) => [child]);
    const chain = stages
      .filter((stage) => stage.length > 0)
      .map(
        (stage, step): PfaState => ({
          id: `s${index}.${step}`,
          calls: stage.map((child) =>
            set.concurrency >= concurrent && times ? { ...call(child), count: times } : call(child),
          ),
          ...(set.concurrency < concurrent && times ? { repeat: times } : {}),
          gap: 0,
          order: "unknown",
        }),
      );
    states.push(...chain);
    first.to.push({ state: chain[0]?.id ?? "finish", probability: set.invocations / executions });
    for (const [step, { id }] of chain.entries()) {
      const to = [{ state: chain[step + 1]?.id ?? "finish", probability: 1 }];
      transitions.push({ from: id, given: {}, visits: set.invocations, to });
    }
  }
  const treeStates = states.length;
  const learning = { walks: sets.length, executions, treeStates, threshold: "exact" as const, heldOut: null };
  return { states, transitions: [first, ...transitions], learning };
}

/** How often each child of a set is called: known for a single child, the two numbers around the mean for several. */
function countsOf(set: MetaChildrenSet): CountProbability[] {
  if (set.children.length === 0) return [{ count: 1, probability: 1 }];
  const counts = new Map<number, number>();
  if (set.children.length === 1) {
    for (const { count, invocations } of set.calls) {
      const times = Math.max(1, Math.round(count));
      counts.set(times, (counts.get(times) ?? 0) + invocations / set.invocations);
    }
  } else {
    const mean = callsOf(set) / set.invocations / set.children.length;
    const below = Math.floor(mean);
    counts.set(below, 1 - (mean - below));
    if (mean > below) counts.set(below + 1, mean - below);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([count, probability]) => ({ count, probability }));
}

function boundary(id: "start" | "finish"): PfaState {
  return { id, calls: [], gap: 0, order: "certain" };
}

function api(id: string, service: string, name: string, executions: number): Api {
  return {
    ...{ id, service, name, executions, errors: 0 },
    pfa: {
      states: [boundary("start"), boundary("finish")],
      transitions: [{ from: "start", given: {}, visits: executions, to: [{ state: "finish", probability: 1 }] }],
      learning: { walks: 1, executions, treeStates: 2, threshold: "exact", heldOut: null },
    },
    gcm: { equation, nodes: [{ id: "latency", kind: "latency", parents: [], unit: "us" }], lambda: [] },
    simple: { ownTime: 0, calls: [] },
  };
}
