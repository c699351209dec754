import type { Api } from "../topology/topology.ts";
import { changeTables } from "./changeTables.ts";
import type { Draft } from "./operation.ts";
import type { CallSite } from "./selectCalls.ts";

/**
 * Takes calls out of the states that make them. The states stay, so that walks keep their paths, and with them the own
 * time around the calls, unless a share of it is to go.
 */
export function removeCalls({ say }: Draft, sites: readonly CallSite[], ownTimeShare: number): void {
  const callers = new Map<Api, Set<string>>();
  for (const { api, state, call } of sites) {
    state.calls = state.calls.filter((each) => each !== call);
    callers.set(api, (callers.get(api) ?? new Set()).add(state.id));
  }
  for (const [api, states] of callers) {
    if (ownTimeShare === 0) {
      say(`the own time of ${api.id} around the calls stays; takeShareOfOwnTime takes a share of it away`);
      continue;
    }
    const paths = pathsThrough(api, states);
    for (const node of api.gcm.nodes.filter(({ kind }) => kind === "own_time")) {
      for (const path of paths)
        changeTables(node, { path }, (values) => values.map((value) => value * (1 - ownTimeShare)));
    }
    say(`walks of ${api.id} that made the calls lose ${100 * ownTimeShare} % of their own time`);
  }
}

/** The paths of walks that may go through one of these states. */
function pathsThrough({ pfa }: Api, states: ReadonlySet<string>): Set<string> {
  const reached = new Set(states);
  for (const state of reached) {
    for (const { from, to } of pfa.transitions) if (from === state) for (const { state: next } of to) reached.add(next);
  }
  const ending = new Set(
    pfa.transitions.filter(({ to }) => to.some(({ state }) => state === "finish")).map(({ from }) => from),
  );
  return new Set(pfa.states.filter(({ id }) => reached.has(id) && ending.has(id)).map(({ id, path }) => path ?? id));
}
