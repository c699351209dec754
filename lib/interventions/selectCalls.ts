import type { Api, Edge, PfaCall, PfaState, Topology } from "../topology/topology.ts";
import { either, type Field, object, optional, shown, text } from "./fields.ts";
import { matchesGlob } from "./glob.ts";
import { type ApiSelector, apisField, selectApis } from "./selectApis.ts";

/** An edge's id, a pattern of ids with `*`, or its caller and callee. */
export type CallSelector = string | { caller?: ApiSelector | ApiSelector[]; callee?: ApiSelector | ApiSelector[] };

/** Field that chooses calls, by the edge they go along. */
export const callsField: Field<CallSelector> = either(
  object({ caller: optional(apisField), callee: optional(apisField) }, "Calls from these APIs to those."),
  text("Id of an edge, or a pattern of ids with * for any text."),
  "Which calls: an edge's id, a pattern of ids with *, or the APIs that call and are called.",
);

/** The edges that a selector names. Throws one line where it names none. */
export function selectEdges(topology: Topology, selector: CallSelector): Edge[] {
  const found = matching(topology, selector);
  if (found.length === 0) throw new Error(`there is no call ${shown(selector)}`);
  return found;
}

function matching({ edges, ...topology }: Topology, selector: CallSelector): Edge[] {
  if (typeof selector === "string") {
    const exact = edges.filter(({ id }) => id === selector);
    return exact.length > 0 ? exact : edges.filter(({ id }) => matchesGlob(selector, id));
  }
  const ids = (apis: ApiSelector | ApiSelector[] | undefined) =>
    apis === undefined ? undefined : new Set(selectApis({ edges, ...topology }, apis).map(({ id }) => id));
  const callers = ids(selector.caller);
  const callees = ids(selector.callee);
  return edges.filter(({ caller, callee }) => (callers?.has(caller) ?? true) && (callees?.has(callee) ?? true));
}

/** A call as a state makes it. */
export interface CallSite {
  api: Api;
  state: PfaState;
  call: PfaCall;
}

/**
 * Where the automata make the calls that a selector names.
 * @param state only in the state of this id
 * @throws Error of one line where none does
 */
export function selectCallSites(topology: Topology, selector: CallSelector, state?: string): CallSite[] {
  const edges = new Set(selectEdges(topology, selector).map(({ id }) => id));
  const sites = topology.apis.flatMap((api) =>
    api.pfa.states
      .filter(({ id }) => state === undefined || id === state)
      .flatMap((each) => each.calls.filter(({ edge }) => edges.has(edge)).map((call) => ({ api, state: each, call }))),
  );
  if (sites.length > 0) return sites;
  throw new Error(`no state${state === undefined ? "" : ` ${shown(state)}`} makes the call ${shown(selector)}`);
}
