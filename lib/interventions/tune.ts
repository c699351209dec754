import type { Topology } from "../topology/topology.ts";
import { type Aim, aimsOf } from "./aim.ts";
import { applyInterventions } from "./applyInterventions.ts";
import { checkKnob, type Knob, knobSteps, turnedTo } from "./knob.ts";
import type { Intervention } from "./operation.ts";
import { checkTarget, limitsOf, quantities, type Target } from "./target.ts";

export interface Tuned {
  /** Whether a prediction of what was found says that every aim is within its limit. */
  reached: boolean;
  /**
   * What turns the topology into the one that was found, as `palette apply` takes it; where the target is not reached,
   * the nearest that was.
   */
  interventions: Intervention[];
  /** By a prediction of 20,000 traces. */
  aims: Aim[];
  /** Topologies that were tried. */
  tried: number;
}

export interface TuneOptions {
  /** Traces simulated for each try; 4000 unless told. */
  traces?: number;
  seed?: number;
  /** Told before each try how many there are with it; what it returns is waited for, so that a page can draw. */
  onTry?: (tried: number) => void | Promise<void>;
}

/** Steps that a knob is turned at once, where fewer come no nearer: a cache shows in a p99 once most calls hit. */
const strides = [1, 2, 4, 8, knobSteps];
/** How often a setting that a prediction denies is searched on from. */
const rounds = 6;

/**
 * Searches for settings of knobs that reach a target while they move as little as they can. Every try is simulated with
 * the same random numbers. From where nothing is changed, the knob that comes nearest to the target for one step is
 * turned (for more steps at once, and for all knobs together, where that does not help), until the target is reached or
 * nothing helps; then each knob is turned back as far as the target holds. What is found is predicted with more traces;
 * where that denies the target, limits are tightened by what the few traces flattered and the search goes on. Equal
 * seeds find equal settings.
 * @throws Error of one line for a target or a knob that cannot be
 */
export async function tune(
  topology: Topology,
  target: Target,
  knobs: readonly Knob[],
  options: TuneOptions = {},
): Promise<Tuned> {
  checkTarget(topology, target);
  for (const [index, knob] of knobs.entries()) checkKnob(topology, knob, `knobs[${index}]`);
  const { traces = 4000, seed = 1, onTry } = options;
  const known = new Map<string, number[]>();
  const interventionsAt = (turned: readonly number[]) => [
    ...knobs.flatMap((knob, index) => turnedTo(knob, turned[index]!)),
    ...folding(topology, target),
  ];
  const valuesAt = async (turned: readonly number[]) => {
    const key = turned.join();
    const found = known.get(key);
    if (found) return found;
    await onTry?.(known.size + 1);
    const { topology: tuned } = applyInterventions(topology, interventionsAt(turned));
    const values = quantities(tuned, target, { traces, seed });
    known.set(key, values);
    return values;
  };
  let limits = limitsOf(target).map(({ most }) => most);
  /** Sum of the shares by which quantities are above their limits; 0 where the target is reached. */
  const missedAt = async (turned: readonly number[]) =>
    (await valuesAt(turned)).reduce((sum, value, index) => sum + Math.max(0, value / limits[index]! - 1), 0);
  let turned = knobs.map(() => 0);
  for (let round = 1; ; round++) {
    let next = await bestStep(turned, missedAt);
    while (next !== undefined) {
      turned = next;
      next = await bestStep(turned, missedAt);
    }
    const within = (await missedAt(turned)) === 0;
    if (within) turned = await turnBack(turned, missedAt);
    const interventions = interventionsAt(turned);
    const aims = aimsOf(topology, interventions, target, seed);
    const reached = aims.every(({ after, most }) => after <= most);
    if (reached || !within || round === rounds) return { reached, interventions, aims, tried: known.size };
    const values = await valuesAt(turned);
    limits = limits.map((limit, index) => {
      const { after, most } = aims[index]!;
      return after <= most ? limit : Math.min(limit, (0.999 * most * values[index]!) / after);
    });
  }
}

type Missed = (turned: readonly number[]) => Promise<number>;

/** The settings some steps on that come nearest to the target, if any comes nearer: the fewest steps that do. */
async function bestStep(turned: readonly number[], missedAt: Missed): Promise<number[] | undefined> {
  const now = await missedAt(turned);
  if (now === 0) return undefined;
  for (const stride of strides) {
    const on = (at: number) => Math.min(knobSteps, at + stride);
    const single = turned.flatMap((at, index) => (at < knobSteps ? [turned.with(index, on(at))] : []));
    let best = { missed: now, turned: undefined as number[] | undefined };
    for (const candidate of single) {
      const missed = await missedAt(candidate);
      if (missed < best.missed) best = { missed, turned: candidate };
    }
    if (best.turned !== undefined) return best.turned;
    const all = turned.map(on);
    if (single.length > 1 && (await missedAt(all)) < now) return all;
  }
  return undefined;
}

/** Turns each knob back, the last first, as far as the target holds. */
async function turnBack(turned: readonly number[], missedAt: Missed): Promise<number[]> {
  let found = [...turned];
  for (let index = found.length - 1; index >= 0; index--) {
    while (found[index]! > 0) {
      const less = found.with(index, found[index]! - 1);
      if ((await missedAt(less)) > 0) break;
      found = less;
    }
  }
  return found;
}

function folding({ services }: Topology, target: Target): Intervention[] {
  if (target.services === undefined || services.length <= target.services) return [];
  return [{ type: "downscale", services: target.services, traces: 1000 }];
}
