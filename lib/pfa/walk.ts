import { codesPerStage } from "../executions/segmentStages.ts";

/** One concurrent call of a stage: which edge, whether the caller waits, and how many of them run at once. */
export interface StageCall {
  edge: number;
  asynchronous: boolean;
  count: number;
}

/** A stage of a walk; `label` is equal for equal stages. */
export interface Stage {
  label: string;
  calls: StageCall[];
  /** Positions (from 0) of the stage's first and last run in the recorded walk: a repeated stage has several. */
  first: number;
  repeats: number;
}

/** A distinct walk of an API: its stages in order, equal neighbours folded into one that repeats. */
export interface Walk {
  id: number;
  stages: Stage[];
  /**
   * Executions that took the walk, for each caller (-1 for entry calls) and chain of callers where they are told apart
   * (-1 for a chain that is not), and for each value of the labels (-1 for none), in the two folds of cross-validation.
   */
  counts: { caller: number; chain?: number; labels?: readonly number[]; folds: [number, number] }[];
}

/** Reads a walk's text: the sorted codes of its calls (see `segmentStages`). */
export function parseWalk(text: string): Stage[] {
  const runs: StageCall[][] = [];
  let stage = -1;
  for (const code of text === "" ? [] : text.split(" ")) {
    const value = Number(code);
    const at = Math.floor(value / codesPerStage);
    const rest = value - at * codesPerStage;
    const call = { edge: rest >>> 1, asynchronous: (rest & 1) === 1 };
    if (at !== stage) {
      runs.push([]);
      stage = at;
    }
    const calls = runs[runs.length - 1];
    const last = calls[calls.length - 1];
    if (last?.edge === call.edge && last.asynchronous === call.asynchronous) last.count += 1;
    else calls.push({ ...call, count: 1 });
  }
  const stages: Stage[] = [];
  runs.forEach((calls, position) => {
    const label = calls.map((call) => `${callKey(call)}x${call.count}`).join(",");
    const last = stages[stages.length - 1];
    if (last?.label === label) last.repeats += 1;
    else stages.push({ label, calls, first: position, repeats: 1 });
  });
  return stages;
}

/** A call's edge and kind as one key. */
export function callKey(call: { edge: number; asynchronous: boolean }): string {
  return `${call.edge}${call.asynchronous ? "~" : ""}`;
}
