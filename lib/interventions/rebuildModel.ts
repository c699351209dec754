import { equation, labelsOfOwnTime, latencyOf } from "../gcm/equation.ts";
import type { Api, Edge, GcmNode, Topology } from "../topology/topology.ts";
import { expectedCalls } from "./expectedCalls.ts";

/** Kinds of nodes that belong to an edge. */
const edgeKinds = ["called", "call", "network", "payload"];

/**
 * Rebuilds what follows from a draft's graph and automata: kinds of edges, shares and means of calls, the nodes of calls
 * and their parents, λ and equations. Only APIs whose automaton or calls differ from before are touched.
 */
export function rebuildModel(draft: Topology, before: Topology, say: (sentence: string) => void): void {
  const serviceOf = new Map(draft.apis.map(({ id, service }) => [id, service]));
  const edges = new Map(draft.edges.map((edge) => [edge.id, edge]));
  const known = new Map(before.apis.map((api) => [api.id, api]));
  const edgesBefore = new Map(before.edges.map((edge) => [edge.id, edge]));
  for (const edge of draft.edges) {
    const local = serviceOf.get(edge.caller) === serviceOf.get(edge.callee);
    // An edge that the traces show as remote within one service stays so: it crosses a network all the same.
    if (!local) edge.kind = "remote";
    else if (edgesBefore.get(edge.id)?.kind !== "remote" || moved(edge, draft, before)) edge.kind = "local";
  }
  for (const api of draft.apis) {
    const outgoing = draft.edges.filter(({ caller }) => caller === api.id);
    const old = known.get(api.id);
    const oldEdges = before.edges.filter(({ caller }) => caller === api.id);
    if (old && JSON.stringify([api.pfa, outgoing]) === JSON.stringify([old.pfa, oldEdges])) continue;
    rebuildCalls(api, old, outgoing);
    rebuildNodes(api, outgoing, { edges, exogenous: draft.exogenous }, say);
  }
  rebuildWorkload(draft, say);
}

function moved({ caller, callee }: Edge, draft: Topology, before: Topology): boolean {
  const service = ({ apis }: Topology, id: string) => apis.find((api) => api.id === id)?.service;
  return [caller, callee].some((id) => service(draft, id) !== service(before, id));
}

/** Shares of asynchronous calls, and the simple statistics' mean calls, follow the automaton by the ratio of its means. */
function rebuildCalls(api: Api, old: Api | undefined, outgoing: readonly Edge[]): void {
  const now = expectedCalls(api.pfa);
  const then = old ? expectedCalls(old.pfa) : new Map();
  const means = new Map(api.simple.calls.map((call) => [call.edge, call]));
  api.simple.calls = outgoing.flatMap((edge) => {
    const found = now.get(edge.id);
    const was = then.get(edge.id);
    if (found === undefined) return means.get(edge.id) ?? [];
    if (was?.calls === found.calls && was?.asynchronous === found.asynchronous) return means.get(edge.id) ?? [];
    const share = found.calls > 0 ? Math.min(1, found.asynchronous / found.calls) : 0;
    edge.asynchronous = share;
    const mean = was && was.calls > 0 ? ((means.get(edge.id)?.mean ?? 0) * found.calls) / was.calls : found.calls;
    return { ...means.get(edge.id), edge: edge.id, mean, asynchronous: share >= 0.5 };
  });
}

function rebuildNodes(
  api: Api,
  outgoing: readonly Edge[],
  { edges, exogenous }: { edges: ReadonlyMap<string, Edge>; exogenous: readonly GcmNode[] },
  say: (sentence: string) => void,
): void {
  const mine = new Map(outgoing.map((edge) => [edge.id, edge]));
  const { gcm } = api;
  gcm.nodes = gcm.nodes.filter((node) => {
    if (node.edge === undefined || !edgeKinds.includes(node.kind)) return true;
    if (!mine.has(node.edge)) return false;
    if (node.kind !== "network" || mine.get(node.edge)!.kind === "remote") return true;
    const { caller, callee } = mine.get(node.edge)!;
    say(`the call from ${caller} to ${callee} is local now: its network time is removed`);
    return false;
  });
  const latency = gcm.nodes.find(({ kind }) => kind === "latency");
  if (latency) for (const edge of outgoing) addCallNodes(gcm.nodes, edge.id);
  const synchronous = outgoing.filter(({ asynchronous }) => asynchronous < 1);
  const lambdas = new Map(gcm.lambda.map((lambda) => [lambda.edge, lambda]));
  gcm.lambda = synchronous.map(({ id }) => lambdas.get(id) ?? { edge: id, value: 1, fitted: null });
  const ids = new Set(gcm.nodes.map(({ id }) => id));
  if (latency) {
    const others = latency.parents.filter((parent) => !parent.startsWith("call:"));
    latency.parents = [...others, ...gcm.lambda.map(({ edge }) => `call:${edge}`)].filter((parent) => ids.has(parent));
  }
  for (const node of gcm.nodes) {
    if (node.kind === "call") node.parents = node.parents.filter((parent) => ids.has(parent));
  }
  const labels = labelsOfOwnTime(gcm.nodes, exogenous);
  gcm.equation = equation(api.pfa, gcm.lambda, (id) => latencyOf(edges.get(id)!), labels);
}

function addCallNodes(nodes: GcmNode[], edge: string): void {
  const has = (kind: string) => nodes.some((node) => node.kind === kind && node.edge === edge);
  if (!has("called"))
    nodes.push({ id: `called:${edge}`, kind: "called", parents: ["path"], unit: "probability", edge });
  const network = has("network") ? [`network:${edge}`] : [];
  const call = nodes.find((node) => node.kind === "call" && node.edge === edge);
  if (call) call.parents = [...new Set([...call.parents, ...network])];
  else nodes.push({ id: `call:${edge}`, kind: "call", parents: [`called:${edge}`, ...network], unit: "us", edge });
}

/** Drops entry APIs that are gone and shares their part among the others. */
function rebuildWorkload({ apis, workload }: Topology, say: (sentence: string) => void): void {
  const present = new Set(apis.map(({ id }) => id));
  const left = workload.mix.filter(({ api }) => present.has(api));
  const total = left.reduce((sum, { probability }) => sum + probability, 0);
  if (!(total > 0)) throw new Error("no entry API would be left");
  if (left.length < workload.mix.length) say("the workload's mix is renormalised over the entry APIs that are left");
  if (left.length === workload.mix.length && Math.abs(total - 1) < 1e-12) return;
  workload.mix = left.map((entry) => ({ ...entry, probability: entry.probability / total }));
}
