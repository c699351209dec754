import type { Executions } from "../simulate/executions.ts";
import { type ComparedApi, enough } from "./compareSamples.ts";
import { type DistanceSteps, distanceSteps } from "./distanceSteps.ts";
import { type Drift, drift } from "./drift.ts";
import { ApiNumbers, type ExecutionParts, executionParts } from "./executionParts.ts";
import { type Cause, findCause } from "./findCause.ts";
import { ks } from "./ks.ts";
import { type ApiNames, samplesKey } from "./latencySamples.ts";
import { sampleQuantile } from "./quantileErrors.ts";
import {
  type Companion,
  type Correlation,
  companions,
  residualCorrelations,
  residuals,
} from "./residualCorrelations.ts";

/** Executions, with the names of the APIs that they index. */
export interface NamedExecutions {
  executions: Executions;
  names: ApiNames;
}

/** One of the APIs whose generated latencies are furthest from the original, and why. */
export interface Diagnosis {
  service: string;
  api: string;
  n: number;
  ks: number;
  floor: number;
  ratio: number | null;
  cause: Cause;
  steps: DistanceSteps;
  residual: Record<Companion, { original: Correlation; generated: Correlation }>;
  /** Share of held-out executions in contexts (caller and walk) that the fit saw fewer than 10 times. */
  sparse: number;
  drift: Drift;
  /** Calls of each edge: KS of what the caller waited, and its noise floor; the furthest first. */
  callees: { service: string; api: string; n: number; ks: number; floor: number }[];
  /** Quantiles at the percentiles 0 to 100, µs: of held-out and fitted originals, and generated. */
  quantiles: { original: number[]; half: number[]; generated: number[] };
}

/** Calls of an edge that are compared at least. */
const fewestCalls = 50;

/**
 * Finds the APIs that a model misses most (by KS above the noise floor, among those with enough executions) and why.
 * @param entries a report's APIs
 * @param samples bounded samples of whole traces: held out (`test`), fitted on (`train`), and generated
 * @param sparse see sparseContexts
 * @param most how many APIs at most
 */
export function worstApis(
  entries: readonly ComparedApi<"gcm">[],
  samples: Record<"test" | "train" | "generated", NamedExecutions>,
  sparse: ReadonlyMap<string, number>,
  most = 6,
): Diagnosis[] {
  const numbers = new ApiNumbers();
  const parts = ({ executions, names }: NamedExecutions) => executionParts(executions, names, numbers);
  const [test, train, generated] = [parts(samples.test), parts(samples.train), parts(samples.generated)];
  const ranks = { original: residuals(test), generated: residuals(generated) };
  const large = entries.filter(({ n }) => n >= enough);
  const excess = ({ gcm, floor }: ComparedApi<"gcm">) => gcm.ks - floor.ks;
  return (large.length > 0 ? large : entries)
    .toSorted((a, b) => excess(b) - excess(a) || b.n - a.n)
    .slice(0, most)
    .filter((entry) => excess(entry) > 0)
    .map(({ service, api, n, gcm, floor }) => {
      const key = samplesKey({ service, name: api });
      const number = numbers.number(key);
      const original = residualCorrelations(test, number, ranks.original);
      const found = residualCorrelations(generated, number, ranks.generated);
      const evidence = {
        ...{ n, ks: gcm.ks, floor: floor.ks },
        steps: distanceSteps(test, generated, number),
        residual: Object.fromEntries(
          companions.map((companion) => [companion, { original: original[companion], generated: found[companion] }]),
        ) as Diagnosis["residual"],
        sparse: sparse.get(key) ?? 0,
      };
      const changes = drift(test, number);
      const callees = calleesOf(number, { test, train, generated }, numbers);
      const first = callees[0];
      const callee = first ? { ...first, name: `${first.service}: ${first.api}` } : null;
      return {
        ...{ service, api, ratio: gcm.ratio, ...evidence, drift: changes, callees },
        cause: findCause({ ...evidence, drift: changes.ks, callee }),
        quantiles: {
          original: percentiles(test, number),
          half: percentiles(train, number),
          generated: percentiles(generated, number),
        },
      };
    });
}

function percentiles({ rows, duration }: ExecutionParts, api: number): number[] {
  const sorted = Float64Array.from(rows.get(api) ?? [], (row) => duration[row]!).sort();
  if (sorted.length === 0) return [];
  return Array.from({ length: 101 }, (_, percent) => Number(sampleQuantile(sorted, percent / 100).toPrecision(6)));
}

/** How far off what an API waits for each of its callees is. */
function calleesOf(
  api: number,
  samples: Record<"test" | "train" | "generated", ExecutionParts>,
  numbers: ApiNumbers,
): Diagnosis["callees"] {
  const waits = (parts: ExecutionParts) => {
    const found = new Map<number, number[]>();
    for (let row = 0; row < parts.length; row++) {
      if (parts.caller[row] !== api) continue;
      const known = found.get(parts.api[row]!);
      if (known) known.push(parts.waited[row]!);
      else found.set(parts.api[row]!, [parts.waited[row]!]);
    }
    return new Map([...found].map(([callee, values]) => [callee, Float64Array.from(values).sort()]));
  };
  const [test, train, generated] = [waits(samples.test), waits(samples.train), waits(samples.generated)];
  const none = new Float64Array();
  return [...test]
    .filter(([, values]) => values.length >= fewestCalls)
    .map(([callee, values]) => {
      const [service, name] = JSON.parse(numbers.key(callee)) as [string, string];
      const distance = (from: Map<number, Float64Array>) => ks(from.get(callee) ?? none, values);
      return { service, api: name, n: values.length, ks: distance(generated), floor: distance(train) };
    })
    .sort((a, b) => b.ks - b.floor - (a.ks - a.floor));
}
