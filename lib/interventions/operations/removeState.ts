import type { Context, PfaTransition } from "../../topology/topology.ts";
import { text } from "../fields.ts";
import { findState } from "../findState.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApi } from "../selectApis.ts";

export const removeState = defineOperation({
  type: "removeState",
  stage: 2,
  summary: "take a state out of an automaton: walks go on with what followed it",
  fields: { api: apisField, state: text("Id of the state.") },
  apply({ topology, say }, { api: selector, state }) {
    const api = selectApi(topology, selector);
    const found = findState(api, state);
    const { pfa } = api;
    const rows = pfa.transitions.filter(({ from }) => from === state).map((row) => ({ ...row, to: withoutLoop(row) }));
    if (rows.some(({ to }) => to.some((target) => target.state === "finish"))) {
      found.calls = [];
      delete found.repeat;
      say(`${state} stays as a step without calls, so that the walks that end there keep their path and own time`);
      return;
    }
    if (rows.some(({ to }) => to.length === 0)) throw new Error(`a walk never leaves ${state}`);
    pfa.transitions = pfa.transitions.flatMap((row): PfaTransition[] => {
      if (row.from === state) return [];
      const share = row.to.find((target) => target.state === state)?.probability;
      if (share === undefined) return [row];
      const others = row.to.filter((target) => target.state !== state);
      return rows
        .filter((next) => compatible(row.given, next.given))
        .map((next) => ({ ...row, given: { ...row.given, ...next.given }, to: joined(others, next.to, share) }));
    });
    pfa.states = pfa.states.filter((each) => each !== found);
  },
});

type Targets = PfaTransition["to"];

function withoutLoop({ from, to }: PfaTransition): Targets {
  const onward = to.filter(({ state }) => state !== from);
  const total = onward.reduce((sum, { probability }) => sum + probability, 0);
  return total > 0 ? onward.map((target) => ({ ...target, probability: target.probability / total })) : [];
}

function compatible(a: Context, b: Context): boolean {
  return Object.entries(b).every(([name, value]) => a[name] === undefined || a[name] === value);
}

function joined(first: Targets, then: Targets, share: number): Targets {
  const sums = new Map(first.map(({ state, probability }) => [state, probability]));
  for (const { state, probability } of then) sums.set(state, (sums.get(state) ?? 0) + share * probability);
  return [...sums].map(([state, probability]) => ({ state, probability }));
}
