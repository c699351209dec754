import { sampleQuantile } from "../compare/quantileErrors.ts";
import { compile } from "../simulate/compile.ts";
import { simulate } from "../simulate/simulate.ts";
import type { Topology } from "../topology/topology.ts";
import { applyInterventions } from "./applyInterventions.ts";
import { contributions } from "./contributions.ts";
import { latencyTrees } from "./latencyTrees.ts";
import type { Intervention } from "./operation.ts";
import { rootLatencies } from "./rootLatencies.ts";

/** What is wanted of a topology; absent for no matter. */
export interface Target {
  /** Quantiles of a root's latency, µs at most. */
  root?: { api: string; quantiles: { level: number; most: number }[] };
  /** Mean of all own times of a trace together, µs at most. */
  work?: number;
  /** How many services are left at most; the others are folded into their callers. */
  services?: number;
}

/** What a search may turn: a number of an intervention. */
export interface Knob {
  /** The intervention without the number. */
  intervention: Intervention;
  /** Name of the number. */
  field: string;
  /** The value that leaves everything as it is. */
  from: number;
  /** As far as it may go. */
  to: number;
}

/** A target's quantity, and where it is. */
export interface Aim {
  /** Such as `p99 of checkout` or `work`. */
  name: string;
  unit: "us" | "services";
  before: number;
  after: number;
  most: number;
}

export interface Tuned {
  reached: boolean;
  /** What turns the topology into the one that was found, as `palette apply` takes it. */
  interventions: Intervention[];
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

/** Steps of a knob from one end to the other. */
const steps = 16;

/**
 * Searches for settings of knobs that reach a target while they move as little as they can. Every try is simulated with
 * the same random numbers. From where nothing is changed, the knob that comes nearest to the target for one step is
 * turned, until the target is reached or no step helps, single or all together; then each knob is turned back as far as
 * the target holds. Equal seeds find equal settings.
 * @throws Error of one line for a target or a knob that cannot be
 */
export async function tune(
  topology: Topology,
  target: Target,
  knobs: readonly Knob[],
  options: TuneOptions = {},
): Promise<Tuned> {
  checkTarget(topology, target);
  for (const [index, knob] of knobs.entries()) checkKnob(knob, `knobs[${index}]`);
  const { traces = 4000, seed = 1, onTry } = options;
  const known = new Map<string, { missed: number; values: number[] }>();
  const interventionsAt = (turned: readonly number[]) => [
    ...knobs.flatMap((knob, index) => turnedTo(knob, turned[index]!)),
    ...folding(topology, target),
  ];
  const tryAt = async (turned: readonly number[]) => {
    const key = turned.join();
    const found = known.get(key);
    if (found) return found;
    await onTry?.(known.size + 1);
    const { topology: tuned } = applyInterventions(topology, interventionsAt(turned));
    const values = quantities(tuned, target, traces, seed);
    const made = { values, missed: missedBy(values, target) };
    known.set(key, made);
    return made;
  };
  let turned = knobs.map(() => 0);
  while ((await tryAt(turned)).missed > 0) {
    const next = await bestStep(turned, tryAt);
    if (next === undefined) break;
    turned = next;
  }
  const reached = (await tryAt(turned)).missed === 0;
  if (reached) turned = await turnBack(turned, tryAt);
  const before = quantities(topology, target, traces, seed);
  const { values } = await tryAt(turned);
  const limits = limitsOf(target);
  const aims = limits.map(({ name, unit, most }, index) => ({
    ...{ name, unit, most },
    before: before[index]!,
    after: values[index]!,
  }));
  return { reached, interventions: interventionsAt(turned), aims, tried: known.size };
}

/** Own times of the APIs that move a root's p99 most as knobs, each down to a share of what it is. */
export function ownTimeKnobs(topology: Topology, root: string, most = 4, least = 0.25): Knob[] {
  return contributions(topology, root, { traces: 5000 })
    .slice(0, most)
    .map(({ api }) => ({ intervention: { type: "scaleOwnTime", api }, field: "factor", from: 1, to: least }));
}

/** Each aim in words: where it was, where it is, and how far that is from what was wanted. */
export function aimText({ name, unit, before, after, most }: Aim): string {
  const shown = (value: number) => (unit === "us" ? `${Number((value / 1000).toPrecision(4))} ms` : String(value));
  const far = after <= most ? "within" : `${Number(((100 * (after - most)) / most).toPrecision(2))} % above`;
  return `${name}: ${shown(after)}, was ${shown(before)}; ${far} the ${shown(most)} wanted`;
}

type Try = (turned: readonly number[]) => Promise<{ missed: number }>;

/** The settings one step on that come nearest to the target, if any comes nearer; all knobs together where no single one does. */
async function bestStep(turned: readonly number[], tryAt: Try): Promise<number[] | undefined> {
  let best = { missed: (await tryAt(turned)).missed, turned: undefined as number[] | undefined };
  const candidates = turned.flatMap((at, index) => (at < steps ? [turned.with(index, at + 1)] : []));
  for (const candidate of candidates) {
    const { missed } = await tryAt(candidate);
    if (missed < best.missed) best = { missed, turned: candidate };
  }
  if (best.turned !== undefined || candidates.length < 2) return best.turned;
  const all = turned.map((at) => Math.min(steps, at + 1));
  return (await tryAt(all)).missed < best.missed ? all : undefined;
}

/** Turns each knob back, the last first, as far as the target holds. */
async function turnBack(turned: readonly number[], tryAt: Try): Promise<number[]> {
  let found = [...turned];
  for (let index = found.length - 1; index >= 0; index--) {
    while (found[index]! > 0) {
      const less = found.with(index, found[index]! - 1);
      if ((await tryAt(less)).missed > 0) break;
      found = less;
    }
  }
  return found;
}

function turnedTo({ intervention, field, from, to }: Knob, step: number): Intervention[] {
  if (step === 0) return [];
  return [{ ...intervention, [field]: Number((from + ((to - from) * step) / steps).toPrecision(6)) }];
}

function folding({ services }: Topology, target: Target): Intervention[] {
  if (target.services === undefined || services.length <= target.services) return [];
  return [{ type: "downscale", services: target.services, traces: 1000 }];
}

function limitsOf({ root, work, services }: Target): Pick<Aim, "name" | "unit" | "most">[] {
  return [
    ...(root?.quantiles ?? []).map(({ level, most }) => ({
      name: `p${Number((100 * level).toPrecision(4))} of ${root!.api}`,
      unit: "us" as const,
      most,
    })),
    ...(work === undefined ? [] : [{ name: "work of a trace", unit: "us" as const, most: work }]),
    ...(services === undefined ? [] : [{ name: "services", unit: "services" as const, most: services }]),
  ];
}

/** The target's quantities in the order of `limitsOf`. */
function quantities(topology: Topology, { root, work, services }: Target, traces: number, seed: number): number[] {
  const found: number[] = [];
  if (root !== undefined) {
    const sorted = rootLatencies(topology, root.api, { traces, seed });
    for (const { level } of root.quantiles) found.push(sampleQuantile(sorted, level));
  }
  if (work !== undefined) {
    const { own } = latencyTrees(topology, simulate(compile(topology), { traces, seed }));
    found.push(own.reduce((sum, each) => sum + each, 0) / traces);
  }
  if (services !== undefined) found.push(topology.services.length);
  return found;
}

/** Sum of the shares by which quantities are above their limits; 0 where the target is reached. */
function missedBy(values: readonly number[], target: Target): number {
  const limits = limitsOf(target);
  return values.reduce((sum, value, index) => sum + Math.max(0, value / limits[index]!.most - 1), 0);
}

function checkTarget({ workload }: Topology, target: Target): void {
  const limits = limitsOf(target);
  if (limits.length === 0) throw new Error("target: nothing is wanted: give a quantile of a root, work or services");
  for (const { name, most } of limits) {
    if (!(Number.isFinite(most) && most > 0))
      throw new Error(`target: ${name}: ${most} is not a finite number above 0`);
  }
  const { root } = target;
  if (root !== undefined && !workload.mix.some(({ api }) => api === root.api))
    throw new Error(`target: ${JSON.stringify(root.api)} is no entry API`);
  for (const { level } of root?.quantiles ?? [])
    if (!(level > 0 && level < 1)) throw new Error(`target: ${level} is no level of a quantile between 0 and 1`);
}

function checkKnob({ intervention, field, from, to }: Knob, place: string): void {
  if (typeof intervention?.type !== "string") throw new Error(`${place}: intervention: it names no operation`);
  if (typeof field !== "string") throw new Error(`${place}: field: ${JSON.stringify(field)} is not a text`);
  for (const [name, value] of Object.entries({ from, to }))
    if (!Number.isFinite(value)) throw new Error(`${place}: ${name}: ${value} is not a finite number`);
}
