import { buildOnce } from "./buildOnce.ts";
import { cancellable } from "./engine/cancellable.ts";
import { buildExecutions } from "./executions/buildExecutions.ts";
import { requireExecutions } from "./executions/requireExecutions.ts";
import { splitTraces } from "./executions/splitTraces.ts";
import type { StructureRule } from "./executions/structureRules.ts";
import { dimensionNote } from "./gcm/dimensionNote.ts";
import type { GivenLoad } from "./gcm/fitLoad.ts";
import { chosenNodes } from "./gcm/nodeKinds.ts";
import { dimensionsOf } from "./interventions/dimensionsOf.ts";
import { filterTraces } from "./interventions/filterTraces.ts";
import type { Intervention } from "./interventions/operation.ts";
import { type CarriedStatistics, carryStatistics } from "./statistics/carryStatistics.ts";
import type { StatisticsSettings } from "./statistics/statisticsFile.ts";
import { fitTopology } from "./topology/fitTopology.ts";
import { metaTopology } from "./topology/metaTopology.ts";
import type { Topology } from "./topology/topology.ts";
import { type Dataset, tableOf } from "./traces/dataset.ts";
import { countInLedger, readLedger } from "./traces/ledger.ts";
import { type MetaFormat, metaTables } from "./traces/meta.ts";
import { type ReadFile, type ReadOptions, readTraces } from "./traces/readTraces.ts";
import { tabularFormats } from "./traces/tabularFormats.ts";

export interface FitTracesOptions extends ReadOptions {
  /** Name of the topology. */
  name?: string;
  /** Share of the traces held out of the fit, 0 to 1. */
  holdout?: number;
  /** Seed of the split and of the folds of cross-validation. */
  seed?: number;
  /** Kinds of nodes of the causal models (see `nodeKinds`); those that pay (see `chooseNodes`) unless told. */
  nodes?: readonly string[];
  /** Loads at which files were recorded; they bring the node `load` with them. */
  loads?: readonly GivenLoad[];
  /** Operations of stage 1: filters of traces, applied in order before anything else, and dimensions. */
  interventions?: readonly Intervention[];
  /** Rules of structure that are not applied (see `structureRules`). */
  without?: readonly StructureRule[];
  /** Statistics of traces that were read before, and where those of all traces are kept for a later fit. */
  statistics?: Omit<CarriedStatistics, "settings">;
  /** Told each step that follows reading: `building executions`, `fitting`. */
  onStep?: (step: string) => void;
  /** Told in a sentence where a node of the models is left out, or rests on less than was asked for. */
  say?: (sentence: string) => void;
}

/**
 * The pipeline from trace files to a topology: read into spans, build executions, split, fit. The data set keeps its
 * tables, for reports and for exploring. Summaries without spans (see metaTopology) give structure alone.
 * @param addresses files, globs or folders that the data set's engine can open
 * @throws Error of one line when nothing can be read or fitted
 */
export async function fit(
  given: Dataset,
  addresses: readonly string[],
  options: FitTracesOptions = {},
): Promise<Topology> {
  const { name, holdout = 0, seed = 1, loads = [], interventions = [], without = [], signal, onStep, say } = options;
  const { statistics } = options;
  const nodes = options.nodes && loads.length > 0 ? [...options.nodes, "load"] : options.nodes;
  if (nodes) chosenNodes(nodes);
  const dimensions = dimensionsOf(interventions);
  const dataset = { ...given, engine: cancellable(given.engine, signal) };
  const properties = [...(options.properties ?? []), ...dimensions.map(({ column }) => column)];
  let structure: Topology | undefined;
  const build = async (): Promise<number | null> => {
    const { files } = await readTraces(dataset, [...addresses], { ...options, properties });
    const summaries = files.every(({ format }) => format in metaTables);
    if (summaries && interventions.length > 0) throw new Error("interventions: summaries have no traces to filter");
    if (summaries) {
      structure = await fitSummaries(dataset, files, name);
      return null;
    }
    // The rows of summaries among traces are read, but the topology is fitted to the traces alone.
    for (const format of new Set(files.map(({ format }) => format))) {
      const summary = metaTables[format as MetaFormat];
      if (summary) await countInLedger(dataset, "summary-not-fitted", "noted", tableOf(dataset, summary));
    }
    if (interventions.length > dimensions.length) {
      onStep?.("filtering traces");
      await filterTraces(dataset, interventions);
    }
    onStep?.("building executions");
    const resolution = await buildExecutions(dataset, without);
    await requireExecutions(dataset);
    return resolution;
  };
  const { format, mapping, repair } = options;
  const settings = { format, mapping, repair, properties, interventions, without };
  const built = await buildOnce(dataset, addresses, settings, build);
  if (structure) return structure;
  let resolution = built.resolution!;
  if (built.known) say?.("goes on from the executions that an earlier fit left");
  if (statistics) {
    onStep?.("merging statistics");
    const settings = statisticsSettings(options);
    const carried = await carryStatistics(dataset, { ...statistics, settings }, resolution);
    resolution = carried.resolution;
    if (carried.repeated > 0) say?.(`${carried.repeated} traces were known already and are left out`);
  }
  await splitTraces(dataset, holdout, seed);
  onStep?.("fitting");
  const topology = await fitTopology(dataset, {
    name,
    resolution,
    interventions,
    loads,
    dimensions,
    ...(nodes ? { nodes } : {}),
    ...(say ? { say } : {}),
    options: {
      holdout,
      seed,
      ...(options.repair ? { repair: options.repair } : {}),
      ...(without.length > 0 ? { without: without.join() } : {}),
    },
  });
  for (const dimension of dimensions) say?.(dimensionNote(topology, dimension.name));
  return topology;
}

/** What a later fit to statistics has to keep to. Throws an Error where they could not hold what is asked for. */
function statisticsSettings(options: FitTracesOptions): StatisticsSettings {
  const { name = "topology", holdout = 0, seed = 1, nodes, loads = [], interventions = [], without = [] } = options;
  const given = nodes?.includes("load") || loads.length > 0;
  if (given) throw new Error("statistics: the loads at which traces ran are not kept, leave the node load out");
  if (dimensionsOf(interventions).length > 0) throw new Error("statistics: columns of traces are not kept");
  if (holdout > 0) throw new Error("statistics: they are of all traces, none can be held out");
  return {
    ...{ name, seed, without, interventions },
    ...(nodes ? { nodes } : {}),
    ...(options.repair ? { repair: options.repair } : {}),
  };
}

/** Throws where none of the summaries knows a service: what they are and how many rows they have. */
async function fitSummaries(dataset: Dataset, files: readonly ReadFile[], name?: string): Promise<Topology> {
  const { rules: _, ...ledger } = await readLedger(dataset);
  const sources = files.map(({ path, format, rows }) => ({ file: path, format, rows }));
  const structure = await metaTopology(dataset, { name, sources, ledger, options: {} });
  if (structure) return structure;
  const read = files.map(
    ({ path, format, rows }) => `${path} (${tabularFormats[format as MetaFormat].title}, ${rows} rows)`,
  );
  throw new Error(
    `${read.join(", ")}: neither calls nor services to make a topology of; parent-data or service-characteristics would have them`,
  );
}
