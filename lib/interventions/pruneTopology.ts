import type { Api, Context, Topology } from "../topology/topology.ts";

/** APIs that a trace can come to. */
export function reachedApis({ apis, edges, workload }: Topology): Set<string> {
  const made = new Set(apis.flatMap(({ pfa }) => pfa.states.flatMap(({ calls }) => calls.map(({ edge }) => edge))));
  const reached = new Set(workload.mix.map(({ api }) => api));
  for (const api of reached) {
    for (const { id, caller, callee } of edges) if (caller === api && made.has(id)) reached.add(callee);
  }
  return reached;
}

/** Edges that some state calls. */
export function calledEdges({ apis }: Topology): Set<string> {
  return new Set(apis.flatMap(({ pfa }) => pfa.states.flatMap(({ calls }) => calls.map(({ edge }) => edge))));
}

/** Removes the states that no transition leads to any more; returns their ids. */
function pruneStates({ pfa }: Api): string[] {
  const reached = new Set(["start"]);
  for (const state of reached) {
    for (const { from, to } of pfa.transitions) if (from === state) for (const { state: next } of to) reached.add(next);
  }
  reached.add("finish");
  const lost = pfa.states.filter(({ id }) => !reached.has(id)).map(({ id }) => id);
  if (lost.length === 0) return lost;
  pfa.states = pfa.states.filter(({ id }) => reached.has(id));
  pfa.transitions = pfa.transitions.filter(({ from }) => reached.has(from));
  return lost;
}

/**
 * Removes from a draft whatever an operation left without use: states that no walk reaches, edges that no state calls
 * any more, APIs that no trace comes to any more, empty services, and rows under contexts that are gone.
 * @param before the topology before the operation: what nothing reached then is no concern of the operation
 */
export function pruneTopology(draft: Topology, before: Topology, say: (sentence: string) => void): void {
  for (const api of draft.apis) {
    const lost = pruneStates(api);
    if (lost.length > 0) say(`no walk of ${api.id} reaches ${lost.join(", ")} any more: removed`);
  }
  const reachedBefore = reachedApis(before);
  const reachedNow = reachedApis(draft);
  const present = new Set(draft.apis.map(({ id }) => id));
  const lost = draft.apis.filter(({ id }) => reachedBefore.has(id) && !reachedNow.has(id)).map(({ id }) => id);
  if (lost.length > 0) say(`no trace comes to ${lost.join(", ")} any more: removed`);
  for (const id of lost) present.delete(id);
  draft.apis = draft.apis.filter(({ id }) => present.has(id));
  const calledBefore = calledEdges(before);
  const called = calledEdges(draft);
  draft.edges = draft.edges.filter(
    ({ id, caller, callee }) => present.has(caller) && present.has(callee) && (called.has(id) || !calledBefore.has(id)),
  );
  const hadApis = new Set(before.apis.map(({ service }) => service));
  const hasApis = new Set(draft.apis.map(({ service }) => service));
  const empty = draft.services.filter(({ id }) => hadApis.has(id) && !hasApis.has(id));
  if (empty.length > 0) say(`no API is left in ${empty.map(({ name }) => name).join(", ")}: removed`);
  draft.services = draft.services.filter((service) => !empty.includes(service));
  const gone = new Set(before.apis.map(({ id }) => id).filter((id) => !present.has(id)));
  const edges = new Set(draft.edges.map(({ id }) => id));
  const goneChains = pruneChains(draft, gone);
  for (const api of draft.apis) pruneRows(api, gone, goneChains, edges);
  for (const node of draft.exogenous) {
    if (node.classes) node.classes = node.classes.filter(({ entry }) => present.has(entry));
    if (node.values)
      node.values = node.values.filter(({ api, given }) => present.has(api) && !gone.has(given.caller ?? ""));
  }
}

/** Removes the chains that lead through a caller that is gone; returns their ids. */
function pruneChains(draft: Topology, gone: ReadonlySet<string>): Set<string> {
  const lost = new Set<string>();
  if (draft.chains === undefined) return lost;
  draft.chains = draft.chains.filter(({ id, caller, chain }) => {
    const stays = !gone.has(caller) && (chain === undefined || !lost.has(chain));
    if (!stays) lost.add(id);
    return stays;
  });
  return lost;
}

/** Removes rows given a caller, a chain of callers or a path that is gone, and calls along edges that are. */
function pruneRows(
  api: Api,
  gone: ReadonlySet<string>,
  goneChains: ReadonlySet<string>,
  edges: ReadonlySet<string>,
): void {
  for (const state of api.pfa.states) state.calls = state.calls.filter(({ edge }) => edges.has(edge));
  const paths = new Set(api.pfa.states.flatMap(({ id, path }) => (path === undefined ? [id] : [id, path])));
  const holds = ({ given }: { given: Context }) =>
    (given.caller === undefined || !gone.has(given.caller)) &&
    (given.chain === undefined || !goneChains.has(given.chain)) &&
    (given.path === undefined || paths.has(given.path));
  api.pfa.transitions = api.pfa.transitions.filter(holds);
  for (const node of api.gcm.nodes) {
    if (node.tables) node.tables = node.tables.filter(holds);
    if (node.ranks) node.ranks = node.ranks.filter(holds);
  }
}
