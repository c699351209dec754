import { type BootstrapOptions, type Bounds, bootstrapKs } from "./bootstrap.ts";
import { ks } from "./ks.ts";
import { type ApiSamples, type LatencySamples, samplesKey } from "./latencySamples.ts";
import { type QuantileErrors, quantileErrors } from "./quantileErrors.ts";
import { wasserstein } from "./wasserstein.ts";

/** Entries with fewer executions than this stay out of the means, where any has as many. */
export const enough = 200;

/** How far a model's latencies are from the held-out half of the original ones. */
export interface LatencyDistance extends QuantileErrors {
  /** 1 where the model never ran the API. */
  ks: number;
  /** `ks` over the noise floor's, the headline: 1 cannot be told from the original; null where the floor is 0. */
  ratio: number | null;
  /** Wasserstein-1, µs; null where the model never ran the API. */
  w1: number | null;
  /** Bootstrap bounds of `ks`, where they were asked for. */
  bounds?: Bounds;
}

/** One API, or one entry API, with a distance for each model. */
export type ComparedApi<Model extends string> = {
  service: string;
  api: string;
  /** Executions in the held-out half. */
  n: number;
  /** Distance between the two halves of the original. */
  floor: { ks: number; bounds?: Bounds };
} & Record<Model, LatencyDistance>;

/** KS distances of the noise floor and of each model; null where there is nothing to compare. */
export type Distances<Model extends string> = Record<Model | "floor", number | null>;

export interface LatencyReport<Model extends string> {
  /** Each of the distances below over its noise floor; null where that is 0 or missing. */
  ratio: {
    mean: { root: Record<Model, number | null>; api: Record<Model, number | null> };
    pooled: { root: Record<Model, number | null> };
  };
  /** Means of KS weighted by n, over entries with n >= 200 or, where none has, over all. */
  mean: { root: Distances<Model>; api: Distances<Model> };
  /** KS over all entry executions together. */
  pooled: { root: Distances<Model> };
  roots: ComparedApi<Model>[];
  apis: ComparedApi<Model>[];
}

export interface CompareOptions {
  /** Adds bootstrap bounds to each KS. */
  bootstrap?: BootstrapOptions;
}

/**
 * Judges generated latencies on traces that the models were not fitted on: for each API and entry API the KS and
 * Wasserstein-1 distances and quantile errors against the held-out half, beside the noise floor, which is the distance
 * of the half that was fitted on.
 * @param train the half of the original that the models were fitted on
 * @param test the held-out half
 * @param models generated samples by model
 */
export function compareSamples<Model extends string>(
  train: LatencySamples,
  test: LatencySamples,
  models: Readonly<Record<Model, LatencySamples>>,
  options: CompareOptions = {},
): LatencyReport<Model> {
  const names = Object.keys(models) as Model[];
  const compareList = (list: "apis" | "roots") => {
    const trained = byKey(train[list]);
    const generated = names.map((name) => byKey(models[name][list]));
    return test[list].map((samples) => {
      const key = samplesKey(samples);
      const half = trained.get(key) ?? new Float64Array();
      const floor = ks(half, samples.durations);
      const distances = names.map((name, index) => [
        name,
        distanceOf(generated[index]!.get(key) ?? new Float64Array(), samples.durations, floor, options),
      ]);
      return {
        service: samples.service,
        api: samples.name,
        n: samples.durations.length,
        floor: {
          ks: floor,
          ...(options.bootstrap && { bounds: bootstrapKs(half, samples.durations, options.bootstrap) }),
        },
        ...Object.fromEntries(distances),
      } as ComparedApi<Model>;
    });
  };
  const roots = compareList("roots");
  const apis = compareList("apis");
  const pool = pooled(test.roots);
  const distance = (samples: LatencySamples) => (pool.length === 0 ? null : ks(pooled(samples.roots), pool));
  const pooledRoot = Object.fromEntries(names.map((name) => [name, distance(models[name])]));
  const mean = { root: weightedMeans(roots, names), api: weightedMeans(apis, names) };
  const pooledDistances = { floor: distance(train), ...pooledRoot } as Distances<Model>;
  return {
    ratio: {
      mean: { root: ratios(mean.root, names), api: ratios(mean.api, names) },
      pooled: { root: ratios(pooledDistances, names) },
    },
    mean,
    pooled: { root: pooledDistances },
    roots,
    apis,
  };
}

function ratios<Model extends string>(distances: Distances<Model>, names: readonly Model[]) {
  return Object.fromEntries(names.map((name) => [name, ratioOf(distances[name], distances.floor)])) as Record<
    Model,
    number | null
  >;
}

function ratioOf(distance: number | null, floor: number | null): number | null {
  return distance === null || !floor ? null : distance / floor;
}

function byKey(samples: ApiSamples[]): Map<string, Float64Array> {
  return new Map(samples.map((each) => [samplesKey(each), each.durations]));
}

function distanceOf(
  generated: Float64Array,
  original: Float64Array,
  floor: number,
  { bootstrap }: CompareOptions,
): LatencyDistance {
  const w1 = wasserstein(generated, original);
  const distance = ks(generated, original);
  return {
    ks: distance,
    ratio: ratioOf(distance, floor),
    ...(bootstrap && { bounds: bootstrapKs(generated, original, bootstrap) }),
    w1: Number.isNaN(w1) ? null : w1,
    ...quantileErrors(generated, original),
  };
}

function pooled(samples: ApiSamples[]): Float64Array {
  const all = new Float64Array(samples.reduce((sum, { durations }) => sum + durations.length, 0));
  let at = 0;
  for (const { durations } of samples) {
    all.set(durations, at);
    at += durations.length;
  }
  return all.sort();
}

function weightedMeans<Model extends string>(entries: ComparedApi<Model>[], names: Model[]): Distances<Model> {
  const large = entries.filter(({ n }) => n >= enough);
  const counted = large.length > 0 ? large : entries;
  const total = counted.reduce((sum, { n }) => sum + n, 0);
  const mean = (name: Model | "floor") =>
    total === 0 ? null : counted.reduce((sum, entry) => sum + entry.n * entry[name].ks, 0) / total;
  return Object.fromEntries(["floor" as const, ...names].map((name) => [name, mean(name)])) as Distances<Model>;
}
