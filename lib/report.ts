import { compareExecutions, type Report } from "./compare/compareExecutions.ts";
import { samplesKey } from "./compare/latencySamples.ts";
import { readExecutions } from "./compare/readExecutions.ts";
import { readSamples } from "./compare/readSamples.ts";
import { type StructureDistance, structureDistance, traceStructure } from "./compare/structure.ts";
import { compile } from "./simulate/compile.ts";
import { firstTraces } from "./simulate/firstTraces.ts";
import { simulate } from "./simulate/simulate.ts";
import { isTimed } from "./topology/isTimed.ts";
import type { Topology } from "./topology/topology.ts";
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
}

/** A report with the distances between the shapes of generated and original traces. */
export interface FitReport extends Report {
  structure: { floor: StructureDistance; simple: StructureDistance; gcm: StructureDistance };
}

/**
 * Judges a fitted topology on the traces that were held out of its fit: generates traces by simple statistics and by
 * the GCM and compares both with the held-out half, beside the noise floor.
 * @param dataset the data set that the topology was fitted on, with some traces held out
 * @throws Error of one line when no trace was held out, or when the topology has no times
 */
export async function report(dataset: Dataset, topology: Topology, options: ReportOptions = {}): Promise<FitReport> {
  const { traces = 20_000, seed = 1, bounds = true } = options;
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
  const serviceNames = new Map(topology.services.map(({ id, name }) => [id, name]));
  const topologyKeys = topology.apis.map(({ service, name }) =>
    samplesKey({ service: serviceNames.get(service)!, name }),
  );
  const half = async (which: "train" | "test") => {
    const { executions, names } = await readExecutions(dataset, shapedTraces, which);
    return traceStructure(executions, names.apis.map(samplesKey));
  };
  const test = await half("test");
  // As many as the original's: the more traces, the more distinct call graphs.
  const shape = (model: "simple" | "gcm") =>
    structureDistance(traceStructure(firstTraces(generated[model], test.spans.length), topologyKeys), test);
  return {
    ...latencies,
    structure: {
      floor: structureDistance(await half("train"), test),
      simple: shape("simple"),
      gcm: shape("gcm"),
    },
  };
}
