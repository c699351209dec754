import type { Bounds } from "./bootstrap.ts";
import { ApiNumbers, executionParts } from "./executionParts.ts";
import { midranks } from "./midranks.ts";
import { traceFeatures } from "./traceFeatures.ts";
import type { NamedExecutions } from "./worstApis.ts";

/** Traces of each sample: half of them are learned from, the others are told apart. */
const mostTraces = 2000;
/** APIs whose runs and own times count, those with most executions. */
const mostApis = 12;
/** Neighbours that vote. */
const neighbours = 25;

/** How well whole traces of two samples can be told apart. */
export interface TwoSampleTest {
  /** Area under the ROC curve, 0 to 1: ½ where nothing tells them apart, 1 where everything does. */
  auc: number;
  /** 95 % bounds of the area. */
  bounds: Bounds;
  /** Traces that were told apart. */
  n: number;
}

/**
 * A classifier two-sample test over whole traces: a vote of nearest neighbours learns from half of the traces which
 * sample one is of, by its latency, its shape, and how often and how long each API ran in it, and is judged on the other
 * half. It sees any dependence between these, where comparing one latency at a time does not. Figures are compared by
 * rank, so that tails count like anything else. (Lopez-Paz and Oquab, ICLR 2017; the standard error of the area is that
 * of Hanley and McNeil, Radiology 143, 1982.)
 */
export function twoSampleTest(original: NamedExecutions, generated: NamedExecutions): TwoSampleTest {
  const numbers = new ApiNumbers();
  const sides = [original, generated].map(({ executions, names }) => executionParts(executions, names, numbers));
  const apis = [...sides[0]!.rows]
    .sort(([a, rows], [b, others]) => others.length - rows.length || a - b)
    .slice(0, mostApis)
    .map(([api]) => api);
  const samples = sides.map((parts) => thinned(traceFeatures(parts, apis)));
  const traces = samples.flat();
  const points = ranked(traces);
  const isGenerated = Uint8Array.from(traces, (_, index) => Number(index >= samples[0]!.length));
  const learned: number[] = [];
  const judged: number[] = [];
  traces.forEach((_, index) => {
    (index % 2 === 0 ? learned : judged).push(index);
  });
  const votes = Float64Array.from(judged, (index) => vote(points, isGenerated, learned, index));
  return area(
    votes,
    Uint8Array.from(judged, (index) => isGenerated[index]!),
  );
}

/** At most `mostTraces` members, evenly spaced. */
function thinned<Item>(sample: readonly Item[]): Item[] {
  const n = Math.min(sample.length, mostTraces);
  return Array.from({ length: n }, (_, index) => sample[Math.floor(((index + 0.5) * sample.length) / n)]!);
}

/** Each figure's rank among those of all traces, 0 to 1; rows as before. */
function ranked(traces: readonly Float64Array[]): Float64Array[] {
  const width = traces[0]?.length ?? 0;
  const points = traces.map(() => new Float64Array(width));
  for (let column = 0; column < width; column++) {
    const ranks = midranks(Float64Array.from(traces, (trace) => trace[column]!));
    for (const [row, point] of points.entries()) point[column] = ranks[row]! / traces.length;
  }
  return points;
}

/** Share of generated traces among the nearest neighbours that were learned; those at equal distance count alike. */
function vote(
  points: readonly Float64Array[],
  isGenerated: Uint8Array,
  learned: readonly number[],
  index: number,
): number {
  const at = points[index]!;
  const distances = Float64Array.from(learned, (other) => {
    const point = points[other]!;
    let sum = 0;
    for (let column = 0; column < at.length; column++) sum += (point[column]! - at[column]!) ** 2;
    return sum;
  });
  const furthest = distances.toSorted()[Math.min(neighbours, learned.length) - 1]!;
  let [near, found] = [0, 0];
  learned.forEach((other, place) => {
    if (distances[place]! > furthest) return;
    near++;
    found += isGenerated[other]!;
  });
  return near === 0 ? 0.5 : found / near;
}

function area(votes: Float64Array, isGenerated: Uint8Array): TwoSampleTest {
  const n = votes.length;
  const positive = isGenerated.reduce((sum, each) => sum + each, 0);
  const negative = n - positive;
  if (positive === 0 || negative === 0) return { auc: 0.5, bounds: { low: 0, high: 1 }, n };
  const ranks = midranks(votes);
  const sum = ranks.reduce((total, rank, index) => (isGenerated[index] ? total + rank : total), 0);
  const auc = (sum - (positive * (positive + 1)) / 2) / (positive * negative);
  const [pairs, other] = [auc / (2 - auc), (2 * auc ** 2) / (1 + auc)];
  const variance =
    (auc * (1 - auc) + (positive - 1) * (pairs - auc ** 2) + (negative - 1) * (other - auc ** 2)) /
    (positive * negative);
  const margin = 1.96 * Math.sqrt(Math.max(0, variance));
  return { auc, bounds: { low: Math.max(0, auc - margin), high: Math.min(1, auc + margin) }, n };
}
