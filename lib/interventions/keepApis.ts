import type { Topology } from "../topology/topology.ts";
import { contributions } from "./contributions.ts";
import { groupBy } from "./groupBy.ts";
import { reachedApis } from "./pruneTopology.ts";

/** How much of a system is to be left; absent for as much as there is. */
export interface Budget {
  services?: number;
  processes?: number;
  apis?: number;
}

/** Traces simulated for each entry API to see what APIs contribute to it. */
const traces = 2000;

/**
 * Chooses the APIs that a system within a budget keeps: entry APIs always, and of the others those that contribute most
 * to the latencies of roots, each root's counted alike. Services and processes go as a whole, with whatever nothing
 * reaches without them; single APIs go when they call nobody that is kept, so that calls fold into those that made them.
 * Throws one line for a budget that the entry APIs exceed.
 */
export function keepApis(topology: Topology, budget: Budget, seed: number): Set<string> {
  const entries = new Set(topology.workload.mix.map(({ api }) => api));
  const processes = new Map(topology.services.map(({ id, instantiation }) => [id, instantiation?.process ?? id]));
  const serviceOf = new Map(topology.apis.map(({ id, service }) => [id, service]));
  const groupings = {
    services: (api: string) => serviceOf.get(api)!,
    processes: (api: string) => `process ${processes.get(serviceOf.get(api)!)}`,
    apis: (api: string) => api,
  };
  const worth = worthOfApis(topology, seed);
  let kept = reachedApis(topology);
  for (const kind of ["services", "processes", "apis"] as const) {
    const most = budget[kind];
    if (most === undefined) continue;
    const groupOf = groupings[kind];
    const needed = new Set([...entries].map(groupOf));
    const of = kind === "apis" ? "entry APIs" : `${kind} of entry APIs`;
    if (most < needed.size) throw new Error(`${kind}: ${most} is below the ${needed.size} ${of}, which stay`);
    for (;;) {
      const groups = groupBy(kept, groupOf);
      if (groups.size <= most) break;
      kept = withoutLeast(topology, kept, groups, needed, worth);
    }
  }
  return kept;
}

/** For each API the sum of its shares of the roots' mean latencies. */
function worthOfApis(topology: Topology, seed: number): Map<string, number> {
  const worth = new Map<string, number>();
  for (const { api: root } of topology.workload.mix) {
    for (const { api, share } of contributions(topology, root, { traces, seed })) {
      worth.set(api, (worth.get(api) ?? 0) + share);
    }
  }
  return worth;
}

/** What is kept but the group that contributes least, with whatever is reached through it alone. */
function withoutLeast(
  topology: Topology,
  kept: ReadonlySet<string>,
  groups: ReadonlyMap<string, string[]>,
  needed: ReadonlySet<string>,
  worth: ReadonlyMap<string, number>,
): Set<string> {
  const callees = new Map<string, string[]>();
  for (const { caller, callee } of topology.edges) {
    if (!kept.has(caller) || !kept.has(callee)) continue;
    const known = callees.get(caller);
    if (known) known.push(callee);
    else callees.set(caller, [callee]);
  }
  const callers = new Set([...groups].filter(([, apis]) => callsOthers(apis, callees)).map(([group]) => group));
  const free = [...groups].filter(([group]) => !needed.has(group));
  const leaves = free.filter(([group]) => !callers.has(group));
  let best: { worth: number; left: Set<string> } | undefined;
  for (const [, apis] of leaves.length > 0 ? leaves : free) {
    const left = leaves.length > 0 ? without(kept, apis) : reachedWithout(topology, callees, new Set(apis));
    let lost = 0;
    for (const api of kept) if (!left.has(api)) lost += worth.get(api) ?? 0;
    if (best === undefined || lost < best.worth) best = { worth: lost, left };
  }
  return best!.left;
}

function callsOthers(apis: readonly string[], callees: ReadonlyMap<string, string[]>): boolean {
  const own = new Set(apis);
  return apis.some((api) => callees.get(api)?.some((callee) => !own.has(callee)));
}

function without(kept: ReadonlySet<string>, apis: readonly string[]): Set<string> {
  const left = new Set(kept);
  for (const api of apis) left.delete(api);
  return left;
}

function reachedWithout(
  { workload }: Topology,
  callees: ReadonlyMap<string, string[]>,
  removed: ReadonlySet<string>,
): Set<string> {
  const reached = new Set(workload.mix.map(({ api }) => api));
  for (const api of reached) for (const callee of callees.get(api) ?? []) if (!removed.has(callee)) reached.add(callee);
  return reached;
}
