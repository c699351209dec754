import type { Edge, GcmNode, Lambda, Pfa, PfaCall, PfaState } from "../topology/topology.ts";
import { meanCount } from "./meanCount.ts";

/**
 * The latency equation of an API as text, one line for each state of its PFA: Palette's Table 2, composed along the
 * automaton. A call is p·λ·latency (Probability), the calls of a state are max(…) (Concurrent), states follow each
 * other by + (Sequential), and where the walk may go several ways the sum is weighted by probabilities that sum to 1
 * (Choice). Asynchronous calls are no part of it.
 * @param name how an edge's callee is written
 * @param labels ids of what own time has in common with other parts of the trace (load, dimensions)
 */
export function equation(
  pfa: Pfa,
  lambda: readonly Lambda[],
  name: (edge: string) => string,
  labels: readonly string[] = [],
): string {
  const factors = new Map(lambda.map(({ edge, value }) => [edge, value]));
  const states = new Map(pfa.states.map((state) => [state.id, state]));
  const lines = [`latency = own_time${labels.length > 0 ? `(${labels.join(", ")})` : ""} + L(start)`];
  for (const { from, given, to } of pfa.transitions) {
    if (Object.keys(given).length > 0) continue;
    const time = stageTime(states.get(from), factors, name);
    const onward = to.filter(({ state }) => state !== "finish");
    const choice = onward.map(({ state, probability }) => `${weight(probability)}L(${state})`).join(" + ");
    const terms = [time, choice].filter((term) => term !== "");
    lines.push(`L(${from}) = ${terms.length === 0 ? "0" : terms.join(" + ")}`);
  }
  return lines.join("\n");
}

/** The text by which equations name an edge's latency: that of its callee, as this caller sees it. */
export function latencyOf(edge: Edge): string {
  return `latency[${edge.callee}]`;
}

/** The labels, of those of a topology, that an API's own time depends on. */
export function labelsOfOwnTime(nodes: readonly GcmNode[], exogenous: readonly GcmNode[]): string[] {
  const parents = nodes.find(({ kind }) => kind === "own_time")?.parents ?? [];
  const shown = exogenous.filter(({ id, kind }) => (kind === "load" || kind === "dimension") && parents.includes(id));
  return shown.map(({ id }) => id);
}

function stageTime(state: PfaState | undefined, factors: Map<string, number>, name: (edge: string) => string): string {
  const calls = (state?.calls ?? []).filter((call) => !call.asynchronous).map((call) => callTime(call, factors, name));
  if (calls.length === 0) return "";
  const stage = calls.length === 1 ? calls[0] : `max(${calls.join(", ")})`;
  const repeats = meanCount(state?.repeat);
  return repeats === 1 ? stage : `${number(repeats)}×${stage}`;
}

function callTime(call: PfaCall, factors: Map<string, number>, name: (edge: string) => string): string {
  const factor = factors.get(call.edge) ?? 1;
  const latency = `${factor === 1 ? "" : `${number(factor)}·`}${name(call.edge)}`;
  const copies = meanCount(call.count);
  const several = copies === 1 ? latency : `max of ${number(copies)} ${latency}`;
  return `${weight(call.probability)}${several}`;
}

function weight(probability: number): string {
  return probability === 1 ? "" : `${number(probability)}·`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
