import type { Context, CountProbability, Pfa, PfaState, Topology } from "../lib/topology/topology.ts";

/** An API's PFA under one context, as it is drawn. */
export interface PfaGraph {
  states: PfaNode[];
  transitions: { from: string; to: string; probability: number }[];
  /** The contexts that have transitions of their own. */
  contexts: Context[];
}

export interface PfaNode {
  id: string;
  kind: "start" | "finish" | "state" | "more";
  /** Expected visits of an execution. */
  visits: number;
  calls: PfaCallLine[];
  repeat: CountProbability[] | undefined;
  unknownOrder: boolean;
  /** States that a `more` node stands for. */
  members: number;
}

export interface PfaCallLine {
  name: string;
  service: string;
  probability: number;
  count: CountProbability[] | undefined;
  asynchronous: boolean;
}

/**
 * The states and transitions of an API's PFA under `given`: for each state the row with the most values that all agree
 * with `given`, else the row for any other context, else the mean of its rows by visits. Where there are more than
 * `limit` states, the least visited become one `more` node.
 */
export function pfaGraph(topology: Topology, apiId: string, given: Context = {}, limit = 40): PfaGraph {
  const api = topology.apis.find((candidate) => candidate.id === apiId);
  if (!api) throw new Error(`unknown API: ${apiId}`);
  const transitions = api.pfa.states.flatMap((state) => rowOf(api.pfa, state.id, given));
  const visits = expectedVisits(api.pfa.states, transitions);
  const edges = new Map(topology.edges.map((edge) => [edge.id, edge]));
  const apis = new Map(topology.apis.map((candidate) => [candidate.id, candidate]));
  const services = new Map(topology.services.map((service) => [service.id, service.name]));
  const nodes = api.pfa.states.map(
    (state): PfaNode => ({
      id: state.id,
      kind: state.id === "start" || state.id === "finish" ? state.id : "state",
      visits: visits.get(state.id) ?? 0,
      calls: state.calls.map((call) => {
        const callee = apis.get(edges.get(call.edge)?.callee ?? "");
        const service = callee ? (services.get(callee.service) ?? callee.service) : "";
        const { probability, count, asynchronous } = call;
        return { name: callee?.name ?? call.edge, service, probability, count, asynchronous };
      }),
      repeat: state.repeat,
      unknownOrder: state.order === "unknown",
      members: 1,
    }),
  );
  const contexts = new Map<string, Context>();
  for (const row of api.pfa.transitions) {
    if (Object.keys(row.given).length > 0) contexts.set(JSON.stringify(row.given), row.given);
  }
  return { ...gather(nodes, transitions, limit), contexts: [...contexts.values()] };
}

type Transition = PfaGraph["transitions"][number];

function rowOf(pfa: Pfa, from: string, given: Context): Transition[] {
  const rows = pfa.transitions.filter((row) => row.from === from);
  const matching = rows.filter((row) => Object.entries(row.given).every(([name, value]) => given[name] === value));
  const finest = matching.toSorted((a, b) => Object.keys(b.given).length - Object.keys(a.given).length)[0];
  const used = finest ? [finest] : rows;
  const total = used.reduce((sum, row) => sum + row.visits, 0);
  const probability = new Map<string, number>();
  for (const row of used) {
    const weight = used.length === 1 ? 1 : total > 0 ? row.visits / total : 1 / used.length;
    for (const target of row.to) {
      probability.set(target.state, (probability.get(target.state) ?? 0) + weight * target.probability);
    }
  }
  return [...probability].filter(([, p]) => p > 0).map(([to, p]) => ({ from, to, probability: p }));
}

function expectedVisits(states: PfaState[], transitions: Transition[]): Map<string, number> {
  const visits = new Map(states.map((state) => [state.id, 0]));
  let mass = new Map([["start", 1]]);
  for (let step = 0; step < 10_000 && mass.size > 0; step++) {
    const next = new Map<string, number>();
    for (const [state, share] of mass) visits.set(state, (visits.get(state) ?? 0) + share);
    for (const { from, to, probability } of transitions) {
      const moved = (mass.get(from) ?? 0) * probability;
      if (moved > 1e-9) next.set(to, (next.get(to) ?? 0) + moved);
    }
    mass = next;
  }
  return visits;
}

function gather(nodes: PfaNode[], transitions: Transition[], limit: number): Pick<PfaGraph, "states" | "transitions"> {
  const inner = nodes.filter((node) => node.kind === "state");
  if (inner.length <= limit) return { states: nodes, transitions };
  const rest = inner.toSorted((a, b) => b.visits - a.visits).slice(limit);
  const gone = new Map(rest.map((node) => [node.id, node.visits]));
  const total = rest.reduce((sum, node) => sum + node.visits, 0);
  const more: PfaNode = {
    ...{ id: `${rest.length} more states`, kind: "more", visits: total, calls: [], repeat: undefined },
    ...{ unknownOrder: false, members: rest.length },
  };
  const merged = new Map<string, Transition>();
  for (const { from, to, probability } of transitions) {
    if (gone.has(from) && gone.has(to)) continue;
    const weight = !gone.has(from) ? 1 : total > 0 ? gone.get(from)! / total : 1 / gone.size;
    const step = { from: gone.has(from) ? more.id : from, to: gone.has(to) ? more.id : to, probability: 0 };
    const key = JSON.stringify([step.from, step.to]);
    const sum = merged.get(key) ?? step;
    sum.probability += weight * probability;
    merged.set(key, sum);
  }
  return { states: [...nodes.filter((node) => !gone.has(node.id)), more], transitions: [...merged.values()] };
}
