import type { Api } from "../topology/topology.ts";
import type { Draft } from "./operation.ts";
import { removeCalls } from "./removeCalls.ts";
import type { CallSite } from "./selectCalls.ts";

/** Removes APIs from a draft, with the calls that others make to them. */
export function removeApis(draft: Draft, apis: readonly Api[], ownTimeShare: number): void {
  const { topology } = draft;
  const gone = new Set(apis.map(({ id }) => id));
  const edges = new Set(topology.edges.filter(({ callee }) => gone.has(callee)).map(({ id }) => id));
  topology.apis = topology.apis.filter(({ id }) => !gone.has(id));
  const sites: CallSite[] = topology.apis.flatMap((api) =>
    api.pfa.states.flatMap((state) =>
      state.calls.filter(({ edge }) => edges.has(edge)).map((call) => ({ api, state, call })),
    ),
  );
  removeCalls(draft, sites, ownTimeShare);
}
