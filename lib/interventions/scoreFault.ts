import { ks } from "../compare/ks.ts";
import { sampleQuantile } from "../compare/quantileErrors.ts";
import type { OriginalExecutions } from "../compare/readExecutions.ts";
import { mixedLike, ofKinds, type RootsThrough, rootsThrough } from "../compare/rootsThrough.ts";
import { compile } from "../simulate/compile.ts";
import { Random } from "../simulate/random.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { applyInterventions } from "./applyInterventions.ts";
import { replacingBehaviour } from "./behaviourOf.ts";
import type { Intervention } from "./operation.ts";

/** A fault: a service, and the traces of a window of time in which it behaved otherwise. */
export interface Fault {
  /** Name of the service at fault. */
  service: string;
  /** Fitted to traces without the fault. */
  healthy: Topology;
  /** Fitted to the traces of the window, with all nodes. */
  refitted: Topology;
  /** Fitted to them without kinds of traces, so that paths tell of own times what kinds would: shows the behaviour. */
  faulty: Topology;
  /** The traces of the window. */
  observed: OriginalExecutions;
}

/** How far a prediction is from what was observed. */
export interface Score {
  ks: number;
  /** Relative errors of the quantiles. */
  p50: number;
  p95: number;
  /** The latencies that were predicted, µs, ascending. */
  latencies: Float64Array;
}

/** Ways to predict the roots of a window, in the order in which they are shown. */
export const predictions = ["nothing", "delay", "own time", "own time and network", "behaviour", "refit"] as const;
export type Predicted = (typeof predictions)[number];

export interface FaultScores {
  /** Roots of the window that come to the service, µs, ascending. */
  observed: Float64Array;
  /** Mean KS between random halves of them. */
  noise: number;
  /** Whether doing nothing is further off than 1.5 times the noise: else there is nothing to validate. */
  visible: boolean;
  /** Of a window in which nothing is visible: `nothing` alone. */
  scores: Partial<Record<Predicted, Score>>;
}

/** Traces simulated for each prediction. */
const traces = 20_000;
/** Random halves that the noise is the mean of. */
const halvings = 100;
/** Beyond so many times the noise a fault is visible. */
const visibility = 1.5;

/**
 * Predicts the roots of a fault's window that come to the service, from the topology without the fault and how the
 * service behaved, and scores that beside doing nothing, a constant delay (each of the service's own times and network
 * times is shifted by the difference of its mean), parts of the behaviour, and a topology fitted to the window itself.
 * What is asked of a system is no part of the prediction: kinds of traces are mixed as in the window, except where the
 * service itself begins them, since then their kinds are its own paths.
 */
export function scoreFault({ service, healthy, refitted, faulty, observed }: Fault): FaultScores {
  const roots = rootsThrough(observed.executions, observed.names, (name) => name === service);
  const replacing = replacingBehaviour(faulty, service);
  const lists: Record<Exclude<Predicted, "refit">, Intervention[]> = {
    nothing: [],
    delay: constantDelay(healthy, faulty, service),
    "own time": [{ ...replacing, parts: ["ownTime"] }],
    "own time and network": [{ ...replacing, parts: ["ownTime", "network"] }],
    behaviour: [replacing],
  };
  return scorePredictions(roots, begins(healthy, service), (predicted) => {
    if (predicted === "refit") return simulatedRoots(refitted, service);
    return simulatedRoots(applyInterventions(healthy, lists[predicted]).topology, service);
  });
}

/**
 * The same where the behaviour was seen in traces of some kinds alone, and the roots that are predicted are of all others:
 * input and score share no trace.
 * @param donor fitted to the traces of the kinds that show the behaviour
 */
export function scoreTransfer(
  { service, healthy, observed }: Omit<Fault, "refitted" | "faulty">,
  donor: Topology,
  donors: ReadonlySet<string>,
): FaultScores {
  const roots = rootsThrough(observed.executions, observed.names, (name) => name === service);
  const others = ofKinds(roots, (kind) => !donors.has(kind));
  const replacing = replacingBehaviour(donor, service);
  return scorePredictions(
    others,
    false,
    (predicted) => {
      const tuned = predicted === "nothing" ? healthy : applyInterventions(healthy, [replacing]).topology;
      return simulatedRoots(tuned, service);
    },
    ["nothing", "behaviour"],
  );
}

/** Whether a service begins traces. */
export function begins({ apis, services, workload }: Topology, service: string): boolean {
  const ids = new Set(services.filter(({ name }) => name === service).map(({ id }) => id));
  const mine = new Set(apis.filter((api) => ids.has(api.service)).map(({ id }) => id));
  return workload.mix.some(({ api }) => mine.has(api));
}

function scorePredictions(
  roots: RootsThrough,
  asTheyAre: boolean,
  predict: (predicted: Predicted) => RootsThrough,
  wanted: readonly Predicted[] = predictions,
): FaultScores {
  const observed = roots.latency.slice().sort();
  const noise = noiseOf(roots.latency);
  const scores: FaultScores["scores"] = {};
  let visible = true;
  for (const predicted of wanted) {
    if (!visible) break;
    const found = predict(predicted);
    const latencies = asTheyAre ? found.latency.slice().sort() : mixedLike(found, roots);
    const error = (level: number) => sampleQuantile(latencies, level) / sampleQuantile(observed, level) - 1;
    scores[predicted] = { ks: ks(latencies, observed), p50: error(0.5), p95: error(0.95), latencies };
    if (predicted === "nothing") visible = scores.nothing!.ks > visibility * noise;
  }
  return { observed, noise, visible, scores };
}

function simulatedRoots(topology: Topology, service: string): RootsThrough {
  return rootsThrough(simulate(compile(topology), { traces, seed: 1 }), topology, (name) => name === service);
}

/** Shifts each mean own time and network time of a service to what it was in the window, as constants. */
function constantDelay(healthy: Topology, faulty: Topology, service: string): Intervention[] {
  const ids = new Set(healthy.services.filter(({ name }) => name === service).map(({ id }) => id));
  const mine = new Set(healthy.apis.filter((api) => ids.has(api.service)).map(({ id }) => id));
  const means = new Map(faulty.apis.map(({ id, simple }) => [id, simple.ownTime]));
  const own = healthy.apis.flatMap(({ id, simple }): Intervention[] => {
    const mean = means.get(id);
    return mine.has(id) && mean !== undefined ? [{ type: "shiftOwnTime", api: id, by: mean - simple.ownTime }] : [];
  });
  const now = networkMeans(faulty);
  const then = networkMeans(healthy);
  const network = healthy.edges.flatMap((edge): Intervention[] => {
    if (!mine.has(edge.caller) && !mine.has(edge.callee)) return [];
    const [was, is] = [then.get(keyOf(edge)), now.get(keyOf(edge))];
    return was === undefined || is === undefined ? [] : [{ type: "shiftNetwork", call: edge.id, by: is - was }];
  });
  return [...own, ...network];
}

function networkMeans({ apis, edges }: Topology): Map<string, number> {
  const means = new Map(apis.flatMap(({ simple }) => simple.calls.map(({ edge, network }) => [edge, network])));
  return new Map(
    edges.flatMap((edge) => {
      const mean = means.get(edge.id);
      return mean === undefined ? [] : [[keyOf(edge), mean]];
    }),
  );
}

function keyOf({ caller, callee, operation }: Topology["edges"][number]): string {
  return JSON.stringify([caller, callee, operation ?? null]);
}

function noiseOf(latency: Float64Array): number {
  const random = new Random(1, 1);
  const shuffled = latency.slice();
  let sum = 0;
  for (let round = 0; round < halvings; round++) {
    for (let at = shuffled.length - 1; at > 0; at--) {
      const other = Math.floor(random.uniform() * (at + 1));
      [shuffled[at], shuffled[other]] = [shuffled[other]!, shuffled[at]!];
    }
    const middle = shuffled.length >> 1;
    sum += ks(shuffled.slice(0, middle).sort(), shuffled.slice(middle).sort());
  }
  return sum / halvings;
}
