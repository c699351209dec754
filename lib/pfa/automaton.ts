import type { Stage } from "./walk.ts";

/** A run of stages with one symbol: what one visit to a state stands for. */
export interface Visit {
  symbol: string;
  /** The recorded stages of the run, in order. */
  stages: Stage[];
  /** Stage runs in all, repeats counted. */
  repeats: number;
}

/** A deterministic automaton over stage symbols. State 0 is the start; every state may finish. */
export interface Automaton {
  /** The symbol that leads into each state; "" for the start. */
  symbols: string[];
  /** Successor by symbol, for each state. */
  next: Map<string, number>[];
}

/** Turns a walk into visits: neighbouring stages of one symbol are one visit that repeats. */
export function visitsOf(stages: readonly Stage[], symbolOf: ReadonlyMap<string, string>): Visit[] {
  const visits: Visit[] = [];
  for (const stage of stages) {
    const symbol = symbolOf.get(stage.label) ?? stage.label;
    const last = visits[visits.length - 1];
    if (last?.symbol === symbol) {
      last.stages.push(stage);
      last.repeats += stage.repeats;
    } else visits.push({ symbol, stages: [stage], repeats: stage.repeats });
  }
  return visits;
}
