import type { DistanceSteps, Step } from "./distanceSteps.ts";
import { type Companion, type Correlation, companions } from "./residualCorrelations.ts";

/** Why generated latencies of an API are off, in words with the figures they rest on. */
export interface Cause {
  kind: "noise" | "callers" | "paths" | "sparse contexts" | "drift" | "own time" | "callee" | "siblings" | "dependence";
  text: string;
}

/** What a cause is found from. */
export interface Evidence {
  /** Held-out executions. */
  n: number;
  ks: number;
  /** Noise floor. */
  floor: number;
  steps: DistanceSteps;
  residual: Record<Companion, { original: Correlation; generated: Correlation }>;
  /** Share of held-out executions in contexts that the fit hardly saw. */
  sparse: number;
  /** KS between the earlier and the later half of the original. */
  drift: number | null;
  /** The callee whose calls are furthest off. */
  callee: { name: string; ks: number; floor: number } | null;
}

/** Sparse contexts are named as the cause from this share of executions on. */
const sparseFrom = 0.05;

/** Names what takes away most of the distance when it is put right (see distanceSteps). */
export function findCause(evidence: Evidence): Cause {
  const { n, ks, floor, steps, sparse, drift, callee } = evidence;
  const figure = (value: number) => value.toFixed(3);
  if (ks <= 1.2 * floor) {
    return { kind: "noise", text: `KS ${figure(ks)} is no further than chance: the noise floor is ${figure(floor)}` };
  }
  const order: Step[] = ["callers", "paths", "own time", "calls"];
  const gains = order.map((step, i) => (i === 0 ? steps.generated : steps.after[order[i - 1]!]) - steps.after[step]);
  const rest = steps.after.calls - floor;
  const most = Math.max(...gains, rest);
  const taken = `${figure(most)} of the KS ${figure(steps.generated)}`;
  if (most === rest)
    return {
      kind: "dependence",
      text: `${dependence(evidence)}; that leaves ${figure(rest)} of the KS above the noise floor`,
    };
  const step = order[gains.indexOf(most)]!;
  if (step === "callers")
    return { kind: "callers", text: `it is called by others than in the original: their mix makes ${taken}` };
  if (step === "paths")
    return { kind: "paths", text: `its paths are others than in the original: the mix of calls made makes ${taken}` };
  if (step === "calls") {
    if (callee && callee.ks > 1.5 * callee.floor)
      return {
        kind: "callee",
        text: `it inherits the distance of ${callee.name} (KS ${figure(callee.ks)}, noise ${figure(callee.floor)}): what its calls take makes ${taken}`,
      };
    return {
      kind: "siblings",
      text: `each callee is near, but not what they take together (${dependence(evidence)}): that makes ${taken}`,
    };
  }
  if (sparse >= sparseFrom)
    return {
      kind: "sparse contexts",
      text: `${Math.round(100 * sparse)} % of its executions ran in contexts that the fit saw fewer than 10 times; own time in context makes ${taken}`,
    };
  if (drift !== null && drift > Math.max(3 * floor, 3.3 / Math.sqrt(n)))
    return {
      kind: "drift",
      text: `its latencies drift: KS ${figure(drift)} between the earlier and the later half, noise ${figure(floor)}; own time makes ${taken}`,
    };
  return { kind: "own time", text: `own time in the same context has another distribution: that makes ${taken}` };
}

const names: Record<Companion, string> = {
  calls: "what it waited for",
  parent: "its caller's own time",
  siblings: "the call before it",
  trace: "the rest of the trace",
  time: "the run before it",
};

/** The companion whose correlation with own time the model misses most. */
function dependence({ residual }: Evidence): string {
  const missed = companions
    .map((companion) => ({ companion, ...residual[companion] }))
    .filter(({ original, generated }) => original.rho !== null && generated.rho !== null)
    .map((each) => ({ ...each, gap: Math.abs(each.original.rho! - each.generated.rho!) }))
    .sort((a, b) => b.gap - a.gap)[0];
  if (!missed) return "dependence that no rank correlation of pairs shows";
  const { companion, original, generated } = missed;
  return `own time goes along with ${names[companion]} at rank correlation ${original.rho!.toFixed(2)}, generated ${generated.rho!.toFixed(2)}`;
}
