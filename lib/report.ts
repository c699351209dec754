import { type ApiShapes, apiShapes } from "./compare/apiShapes.ts";
import { compareExecutions, type Report } from "./compare/compareExecutions.ts";
import { type ApiNames, samplesKey } from "./compare/latencySamples.ts";
import { readExecutions } from "./compare/readExecutions.ts";
import { readSamples } from "./compare/readSamples.ts";
import { type ShapedApi, withShapes } from "./compare/shapeDistances.ts";
import { sparseContexts } from "./compare/sparseContexts.ts";
import { type StructureDistance, structureDistance, traceStructure } from "./compare/structure.ts";
import { type TwoSampleTest, twoSampleTest } from "./compare/twoSampleTest.ts";
import { type Diagnosis, worstApis } from "./compare/worstApis.ts";
import type { Rung } from "./ladder.ts";
import type { Repeated } from "./repeat.ts";
import { compile } from "./simulate/compile.ts";
import { firstTraces } from "./simulate/firstTraces.ts";
import { simulate } from "./simulate/simulate.ts";
import { isTimed } from "./topology/isTimed.ts";
import type { NodeFinding, Topology } from "./topology/topology.ts";
import type { Dataset } from "./traces/dataset.ts";
import { readLedger } from "./traces/ledger.ts";

/** Traces that the shapes of the original are measured on, at most about. */
const shapedTraces = 10_000;

export interface ReportOptions {
  /** Traces to generate with each model. */
  traces?: number;
  seed?: number;
  /** Adds bootstrap bounds (95 %) to each KS distance. */
  bounds?: boolean;
  /** Adds the APIs that the GCM misses most, and why. */
  worst?: boolean;
}

/** A report with the distances between the shapes of generated and original traces; its schema is `report.schema.json`. */
export interface FitReport extends Report {
  roots: ShapedApi<"simple" | "gcm">[];
  apis: ShapedApi<"simple" | "gcm">[];
  /** The same distances with the earlier traces fitted and the later ones held out: drift is in the floor as well. */
  byTime?: Pick<Report, "ratio" | "mean" | "pooled">;
  /** Over several seeds. */
  repeated?: Repeated;
  /** What each kind of node buys. */
  ladder?: Rung[];
  /** The APIs that the GCM misses most, where they were asked for. */
  worst?: Diagnosis[];
  structure: { floor: StructureDistance; simple: StructureDistance; gcm: StructureDistance };
  /** Kinds of nodes of the causal models, and what each bought. */
  nodes?: NodeFinding[];
  /** How well whole generated traces can be told from held-out ones; of the floor, the other half of the original. */
  twoSample: { floor: TwoSampleTest; simple: TwoSampleTest; gcm: TwoSampleTest };
}

/**
 * Judges a fitted topology on the traces that were held out of its fit: generates traces by simple statistics and by
 * the GCM and compares both with the held-out half, beside the noise floor.
 * @param dataset the data set that the topology was fitted on, with some traces held out
 * @throws Error of one line when no trace was held out, or when the topology has no times
 */
export async function report(dataset: Dataset, topology: Topology, options: ReportOptions = {}): Promise<FitReport> {
  const { traces = 20_000, seed = 1, bounds = true, worst = false } = options;
  if (!isTimed(topology)) throw new Error("report: the topology is structure alone, without latencies to compare");
  const original = { train: await readSamples(dataset, "train"), test: await readSamples(dataset, "test") };
  if (original.test.apis.length === 0) throw new Error("report: no trace was held out of the fit to compare with");
  const generated = {
    simple: simulate(compile(topology, "simple"), { traces, seed }),
    gcm: simulate(compile(topology, "gcm"), { traces, seed }),
  };
  const latencies = compareExecutions(original, generated, topology, await readLedger(dataset), {
    ...(bounds ? { bootstrap: { seed } } : {}),
  });
  const [test, train] = [
    await readExecutions(dataset, shapedTraces, "test"),
    await readExecutions(dataset, shapedTraces, "train"),
  ];
  // As many as the original's: the more traces, the more distinct call graphs.
  const shaped = (model: "simple" | "gcm") => ({
    executions: firstTraces(generated[model], test.executions.traces),
    names: topology,
  });
  const samples = { test, floor: train, simple: shaped("simple"), gcm: shaped("gcm") };
  const structures = mapped(samples, ({ executions, names }) => traceStructure(executions, keysOf(names)));
  const shapes: Record<keyof typeof samples, ApiShapes> = mapped(samples, ({ executions, names }) =>
    apiShapes(executions, names),
  );
  return {
    ...latencies,
    ...(topology.provenance.nodes ? { nodes: topology.provenance.nodes } : {}),
    roots: withShapes(latencies.roots, "roots", shapes),
    apis: withShapes(latencies.apis, "apis", shapes),
    structure: mapped({ floor: structures.floor, simple: structures.simple, gcm: structures.gcm }, (structure) =>
      structureDistance(structure, structures.test),
    ),
    twoSample: mapped({ floor: samples.floor, simple: samples.simple, gcm: samples.gcm }, (sample) =>
      twoSampleTest(test, sample),
    ),
    ...(worst && {
      worst: worstApis(
        latencies.apis,
        { test, train, generated: { executions: firstTraces(generated.gcm, shapedTraces), names: topology } },
        await sparseContexts(dataset),
      ),
    }),
  };
}

/** Keys of APIs that are the same in original and generated traces. */
function keysOf({ services, apis }: ApiNames): string[] {
  const serviceNames = new Map(services.map(({ id, name }) => [id, name]));
  return apis.map(({ service, name }) => samplesKey({ service: serviceNames.get(service) ?? service, name }));
}

function mapped<Key extends string, From, To>(record: Record<Key, From>, to: (from: From) => To): Record<Key, To> {
  return Object.fromEntries(Object.entries<From>(record).map(([key, from]) => [key, to(from)])) as Record<Key, To>;
}
