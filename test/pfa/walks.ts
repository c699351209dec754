import { codesPerStage } from "../../lib/executions/segmentStages.ts";
import type { MeasuredWalk } from "../../lib/pfa/collectPfaWalks.ts";
import { parseWalk } from "../../lib/pfa/walk.ts";

/**
 * The text of a walk as the engine writes it. Stages are separated by `;`, concurrent calls by a blank; a call is its
 * edge's number, `~` where the caller does not wait: `0 1~;2` calls 0 and 1 at once, then 2.
 */
export function walkText(plan: string): string {
  const stages = plan === "" ? [] : plan.split(";");
  return stages
    .flatMap((stage, position) =>
      stage
        .split(" ")
        .map((call) => (position + 1) * codesPerStage + Number.parseInt(call, 10) * 2 + Number(call.endsWith("~"))),
    )
    .sort((a, b) => a - b)
    .join(" ");
}

/** Walks by their plan, taken `n` times: by entry calls unless told, in both folds alike (the odd one in either). */
export function makeWalks(plans: Record<string, number>, caller = -1): MeasuredWalk[] {
  return Object.entries(plans).map(([plan, n], id) => ({
    id,
    stages: parseWalk(walkText(plan)),
    counts: [{ caller, folds: halves(n, id) }],
    own: 0,
    stageSums: (plan === "" ? [] : plan.split(";")).map(() => ({ gap: 0, uncertain: 0, runs: n })),
  }));
}

/** One set of walks taken by several callers. */
export function makeCallersWalks(plans: Record<string, Record<number, number>>): MeasuredWalk[] {
  return Object.entries(plans).map(([plan, callers], id) => {
    const [walk] = makeWalks({ [plan]: 0 });
    const counts = Object.entries(callers).map(([caller, n]) => ({
      caller: Number(caller),
      folds: halves(n, id),
    }));
    return { ...(walk as MeasuredWalk), id, counts };
  });
}

/** Executions of a walk. */
export function weightOf(walk: MeasuredWalk): number {
  return walk.counts.reduce((sum, { folds }) => sum + folds[0] + folds[1], 0);
}

function halves(n: number, id: number): [number, number] {
  return id % 2 === 0 ? [Math.ceil(n / 2), Math.floor(n / 2)] : [Math.floor(n / 2), Math.ceil(n / 2)];
}
