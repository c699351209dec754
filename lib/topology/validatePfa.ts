import { check } from "./check.ts";
import { distinctContexts } from "./distinctContexts.ts";
import { type Context, entryCaller, type Pfa, type PfaTransition } from "./topology.ts";

/** What the rest of the topology says about an API, for checking its automaton and model. */
export interface ApiSurroundings {
  /** Ids of all APIs. */
  apis: Set<string>;
  /** Ids of the edges that this API calls. */
  calls: Set<string>;
}

/**
 * Checks the context of a row: its values are texts, `caller` names an API, and `path` one of the states given.
 */
export function validateContext(given: unknown, apis: Set<string>, states: Set<string>, place: string): void {
  for (const [name, value] of Object.entries(check.object(given, place))) {
    if (name === "caller" && value !== entryCaller) check.reference(value, apis, "API", `${place}.caller`);
    else if (name === "path") check.reference(value, states, "state", `${place}.path`);
    else check.text(value, `${place}.${name}`);
  }
}

function validateCounts(value: unknown, place: string): void {
  const counts = check.list(value, place).map((item, index) => {
    const { count, probability } = check.object(item, `${place}[${index}]`);
    check.times(count, `${place}[${index}].count`);
    return check.share(probability, `${place}[${index}].probability`);
  });
  check.distribution(counts, place);
}

function validateState(value: unknown, calls: Set<string>, place: string): string {
  const state = check.object(value, place);
  const id = check.text(state.id, `${place}.id`);
  check.share(state.gap, `${place}.gap`);
  check.oneOf(state.order, ["certain", "unknown"], `${place}.order`);
  if (state.path !== undefined) check.text(state.path, `${place}.path`);
  if (state.repeat !== undefined) validateCounts(state.repeat, `${place}.repeat`);
  for (const [index, item] of check.list(state.calls, `${place}.calls`).entries()) {
    const at = `${place}.calls[${index}]`;
    if (id === "start" || id === "finish") check.fail(at, `the state ${id} makes no calls`);
    const call = check.object(item, at);
    check.reference(call.edge, calls, "edge of this API", `${at}.edge`);
    check.share(call.probability, `${at}.probability`);
    check.boolean(call.asynchronous, `${at}.asynchronous`);
    if (call.count !== undefined) validateCounts(call.count, `${at}.count`);
    if (call.timeout !== undefined) check.positive(call.timeout, `${at}.timeout`);
    if (call.attempts !== undefined) check.times(call.attempts, `${at}.attempts`);
  }
  return id;
}

function validateTransition(value: unknown, apis: Set<string>, states: Set<string>, place: string): void {
  const row = check.object(value, place);
  if (check.reference(row.from, states, "state", `${place}.from`) === "finish") {
    check.fail(place, "no transition leaves the state finish");
  }
  validateContext(row.given, apis, states, `${place}.given`);
  check.amount(row.visits, `${place}.visits`);
  const targets = check.list(row.to, `${place}.to`).map((item, index) => {
    const target = check.object(item, `${place}.to[${index}]`);
    if (check.reference(target.state, states, "state", `${place}.to[${index}].state`) === "start") {
      check.fail(`${place}.to[${index}]`, "no transition leads to the state start");
    }
    return check.share(target.probability, `${place}.to[${index}].probability`);
  });
  check.distribution(targets, place);
}

/** Whether a row's context holds in another one. */
function holds(given: Context, context: Context): boolean {
  return Object.entries(given).every(([name, value]) => context[name] === value);
}

/** Every state is reached by some row, and under each context that a row names, every walk can finish. */
function validateReach(pfa: Pfa, place: string): void {
  const contexts = new Map(pfa.transitions.map(({ given }) => [JSON.stringify(given), given]));
  const everReached = new Set(["start", "finish"]);
  for (const row of pfa.transitions) for (const target of row.to) everReached.add(target.state);
  for (const [index, state] of pfa.states.entries()) {
    if (!everReached.has(state.id)) check.fail(`${place}.states[${index}]`, `no walk reaches ${check.shown(state.id)}`);
  }
  const rowsFrom = new Map<string, PfaTransition[]>();
  for (const row of pfa.transitions) append(rowsFrom, row.from, row);
  for (const [index, state] of pfa.states.entries()) {
    const rows = rowsFrom.get(state.id);
    if (state.id !== "finish" && Object.keys(rows?.at(-1)?.given ?? { none: "" }).length > 0) {
      check.fail(`${place}.states[${index}]`, `the last transition from ${check.shown(state.id)} is not given {}`);
    }
  }
  for (const context of contexts.values()) {
    const from = new Map<string, string[]>();
    const into = new Map<string, string[]>();
    for (const [state, rows] of rowsFrom) {
      const row = rows.find(({ given }) => holds(given, context))!;
      const targets = row.to.filter(({ probability }) => probability > 0).map((target) => target.state);
      from.set(state, targets);
      for (const target of targets) append(into, target, state);
    }
    const finishing = closure("finish", into);
    const stuck = [...closure("start", from)].findLast((state) => !finishing.has(state));
    if (stuck === undefined) continue;
    check.fail(place, `no walk from ${check.shown(stuck)} finishes given ${check.shown(context)}`);
  }
}

function append<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function closure(first: string, next: Map<string, string[]>): Set<string> {
  const reached = new Set([first]);
  for (const state of reached) for (const other of next.get(state) ?? []) reached.add(other);
  return reached;
}

/**
 * Checks an API's automaton: unique states with `start` and `finish`, references, probabilities, a last row without
 * context for each state, and walks that reach every state and can always finish. Throws one line naming the place.
 * @returns the ids of the states, and the paths that states keep
 */
export function validatePfa(value: unknown, surroundings: ApiSurroundings, place: string): Set<string> {
  const pfa = check.object(value, place);
  const states = check.list(pfa.states, `${place}.states`);
  const ids = check.unique(
    states.map((state, index) => validateState(state, surroundings.calls, `${place}.states[${index}]`)),
    `${place}.states`,
  );
  for (const id of ["start", "finish"]) if (!ids.has(id)) check.fail(`${place}.states`, `there is no state ${id}`);
  for (const [index, row] of check.list(pfa.transitions, `${place}.transitions`).entries()) {
    validateTransition(row, surroundings.apis, ids, `${place}.transitions[${index}]`);
  }
  distinctContexts(pfa.transitions as PfaTransition[], `${place}.transitions`, ({ from }) => from);
  const learning = check.object(pfa.learning, `${place}.learning`);
  for (const key of ["walks", "executions", "treeStates"]) check.amount(learning[key], `${place}.learning.${key}`);
  if (learning.threshold !== "exact") check.amount(learning.threshold, `${place}.learning.threshold`);
  if (learning.heldOut !== null && !Number.isFinite(learning.heldOut)) {
    check.fail(`${place}.learning.heldOut`, `${check.shown(learning.heldOut)} is not a finite number or null`);
  }
  validateReach(pfa as unknown as Pfa, place);
  return new Set([...ids, ...(pfa as unknown as Pfa).states.flatMap(({ path }) => path ?? [])]);
}
