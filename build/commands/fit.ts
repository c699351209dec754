import { rename } from "node:fs/promises";
import { basename } from "node:path";
import { fit as fitTraces } from "../../lib/fit.ts";
import type { GivenLoad } from "../../lib/gcm/fitLoad.ts";
import { chosenNodes, defaultNodes, type NodeKind, nodeKinds } from "../../lib/gcm/nodeKinds.ts";
import { dimensionsOf } from "../../lib/interventions/dimensionsOf.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";
import { ladder } from "../../lib/ladder.ts";
import { refit } from "../../lib/refit.ts";
import { repeat } from "../../lib/repeat.ts";
import { report } from "../../lib/report.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { checkSpill } from "./checkSpill.ts";
import { numberOption } from "./numberOption.ts";
import { readingOptions, readingOptionsOf } from "./readingOptions.ts";
import { readTextFile } from "./readTopologyFile.ts";
import { checkStatisticsOptions, settingsOfUpdate, statisticsOptions, statisticsPath } from "./statisticsOptions.ts";
import { ledgerText } from "./text/ledgerText.ts";
import { reportText } from "./text/reportText.ts";
import { withDataset } from "./withDataset.ts";
import { checkNotRead, checkTarget, isSameFile, writeFileWhole } from "./writeFileWhole.ts";

/** Traces to topology.json, and to a report of how well it reproduces them. */
export const fit = defineCommand({
  name: "fit",
  summary: "fit a topology to trace files",
  usage: "fit <files…> -o topology.json [options]",
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    output: { type: "string", short: "o", value: "file", help: "where the topology goes (default topology.json)" },
    ...readingOptions,
    name: { type: "string", value: "text", help: "name of the topology (default: of the first file)" },
    holdout: {
      type: "string",
      value: "share",
      help: "share of the traces held out of the fit (default 0; 0.5 with --report)",
    },
    seed: { type: "string", value: "number", help: "seed of the split and of the simulation (default 1)" },
    nodes: {
      type: "string",
      value: "list",
      help: `kinds of nodes of the causal models, of ${nodeKinds.join(",")}, or none (default: those of ${defaultNodes.join()} that pay); load measures arrivals, --load tells it`,
    },
    sample: {
      type: "string",
      value: "share",
      help: "fit to this share of the traces, chosen by a hash of their ids",
    },
    load: {
      type: "string",
      multiple: true,
      value: "file=load",
      help: "the load at which files were recorded, such as --load '*-25.json=25'; may be given several times",
    },
    interventions: {
      type: "string",
      value: "file",
      help: "filters of traces, and columns that become nodes (operations of stage 1)",
    },
    ...statisticsOptions,
    report: { type: "string", value: "file", help: "compare with the held-out traces and write the report here" },
    seeds: {
      type: "string",
      value: "number",
      help: "repeat the report with so many seeds, mean and spread (default 1)",
    },
    ladder: { type: "boolean", help: "report what each kind of node buys, with a fit for each" },
    traces: { type: "string", value: "number", help: "traces that the report generates (default 20000)" },
    verbose: { type: "boolean", help: "name every file that was skipped" },
  },
  async run({ values, positionals, signal, progress, print }) {
    checkStatisticsOptions(values);
    const { update } = values;
    const keeps = values["keep-statistics"] || update !== undefined;
    const output = values.output ?? update ?? "topology.json";
    const seed = numberOption("seed", values.seed, 1, { whole: true });
    const holdout = numberOption("holdout", values.holdout, values.report ? 0.5 : 0, { least: 0, below: 1 });
    const traces = numberOption("traces", values.traces, 20_000, { whole: true, least: 1 });
    const loads = (values.load ?? []).map(loadOption);
    const chosen = nodesOption(values.nodes);
    const nodes = chosen && loads.length > 0 ? chosenNodes([...chosen, "load"]) : chosen;
    const seeds = numberOption("seeds", values.seeds, 1, { whole: true, least: 1 });
    for (const option of ["seeds", "ladder"] as const) {
      if (values[option] !== undefined && !values.report) throw new UsageError(`--${option} needs a --report`);
    }
    if (values.report && holdout === 0) throw new UsageError("--report needs a --holdout above 0");
    const reading = await readingOptionsOf(values);
    const sample = numberOption("sample", values.sample, 1, { least: 0.0001, below: 1 });
    const interventions = [
      ...(sample < 1 ? [{ type: "sampleTraces", share: sample }] : []),
      ...(await interventionsOption(values.interventions)),
    ];
    const targets = [output, ...(values.report ? [values.report] : [])];
    for (const target of targets) await checkTarget(target);
    if (values.report && (await isSameFile(output, values.report)))
      throw new UsageError(`--report and -o are the same file ${JSON.stringify(output)}`);
    return withDataset(values, async (dataset) => {
      const { memory, spill } = values;
      if (memory !== undefined) await checkSpill(dataset.engine, positionals, { memory, spill }, progress);
      const notes: string[] = [];
      const topology = await fitTraces(dataset, positionals, {
        ...reading,
        name: values.name ?? basename(positionals[0]),
        holdout,
        seed,
        ...(nodes ? { nodes } : {}),
        loads,
        interventions,
        ...(update ? await settingsOfUpdate(dataset.engine, update) : {}),
        ...(keeps
          ? {
              statistics: {
                ...(update ? { known: statisticsPath(update) } : {}),
                kept: `${statisticsPath(output)}.new`,
              },
            }
          : {}),
        say: (sentence) => notes.push(sentence),
        signal,
        onProgress: (share, path) => progress(`reading ${Math.round(100 * share)} % ${path}`),
        onStep: progress,
      });
      const sources = topology.provenance.sources.map(({ file }) => file);
      for (const target of targets) await checkNotRead(target, sources);
      await writeFileWhole(output, writeTopology(topology));
      // A topology never lacks traces that its statistics have: what failed in between can be run again.
      if (keeps) await rename(`${statisticsPath(output)}.new`, statisticsPath(output));
      const ledger = await readLedger(dataset);
      const summary = {
        topology: output,
        services: topology.services.length,
        apis: topology.apis.length,
        edges: topology.edges.length,
        nodes: topology.provenance.nodes ?? [],
        ledger,
        notes,
      };
      const lines = [
        `${output}: ${summary.services} services, ${summary.apis} APIs, ${summary.edges} edges${remark(topology, holdout, sample)}`,
        ...(topology.provenance.nodes ?? []).map(({ node, why }) => `${node}: ${why}`),
        ...notes,
        ledgerText(ledger, values.verbose),
      ];
      if (!values.report) {
        print(summary, lines.join("\n"));
        return 0;
      }
      progress("comparing with the held-out traces");
      const found = await report(dataset, topology, { traces, seed, worst: true });
      const again = {
        resolution: topology.resolution,
        holdout,
        seed,
        traces,
        loads,
        dimensions: dimensionsOf(interventions),
      };
      // What was chosen for this split is judged on the others.
      const kept = topology.provenance.nodes?.filter((each) => each.kept).map(({ node }) => node);
      const same = { ...again, nodes: nodes ?? kept ?? [] };
      progress("fitting to the earlier traces");
      const { topology: _, ...byTime } = await refit(dataset, { ...same, by: "time" });
      found.byTime = byTime;
      if (seeds > 1) {
        progress(`fitting with ${seeds} seeds`);
        found.repeated = await repeat(dataset, found, seeds, same);
      }
      if (values.ladder) {
        progress("fitting with ever more kinds of nodes");
        found.ladder = await ladder(dataset, again);
      }
      await writeFileWhole(values.report, `${JSON.stringify(found, undefined, 1)}\n`);
      print({ ...summary, report: found }, [...lines, "", reportText(found, ["simple", "gcm"])].join("\n"));
      return 0;
    });
  },
});

async function interventionsOption(path: string | undefined): Promise<Intervention[]> {
  if (path === undefined) return [];
  const source = await readTextFile(path);
  try {
    return readInterventions(source).interventions;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Such as `*-25.json=25`. */
function loadOption(text: string): GivenLoad {
  const [, file, number] = /^(.+)=([^=]*)$/su.exec(text) ?? [];
  const load = Number(number);
  if (file === undefined || number!.trim() === "" || !Number.isFinite(load) || load <= 0)
    throw new UsageError(`--load ${JSON.stringify(text)} is not file=load with a load above 0`);
  return { file, load };
}

/** The nodes that a list names, separated by commas; undefined for the default. */
function nodesOption(list: string | undefined): NodeKind[] | undefined {
  if (list === undefined) return undefined;
  try {
    return chosenNodes(list === "none" ? [] : list.split(",").map((name) => name.trim()));
  } catch (error) {
    throw new UsageError(`--nodes ${(error as Error).message.replace(/^fit: /, "")}`);
  }
}

/** What a person should know of the topology beside its size. */
function remark({ edges, workload }: Topology, holdout: number, sample: number): string {
  if (edges.length === 0) return "; nothing in these files says who calls whom";
  const traces = workload.mix.reduce((sum, { executions }) => sum + executions, 0);
  const sampled = sample < 1 ? `; a sample of ${traces} traces, ${sampleError(traces)}` : "";
  return holdout > 0
    ? `${sampled}; fitted to ${Number((100 * (1 - holdout)).toPrecision(3))} % of the traces, the rest held out`
    : sampled;
}

/** What a sample of so many traces costs: the bound of Dvoretzky, Kiefer and Wolfowitz, with Massart's constant. */
function sampleError(traces: number): string {
  const bound = Math.sqrt(Math.log(2 / 0.05) / (2 * traces));
  return `whose latencies are within KS ${bound.toPrecision(2)} of those of all (95 %)`;
}
