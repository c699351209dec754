import type { Api, PfaState } from "../topology/topology.ts";
import { shown } from "./fields.ts";

/** A state of an API's automaton by its id. Throws one line where there is none, or where it may not be `start` or `finish`. */
export function findState(api: Api, id: string, inner = true): PfaState {
  const state = api.pfa.states.find((each) => each.id === id);
  if (state === undefined) throw new Error(`${shown(api.id)} has no state ${shown(id)}`);
  if (inner && (id === "start" || id === "finish")) throw new Error(`the state ${id} makes no calls`);
  return state;
}
