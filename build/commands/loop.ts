import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { cancellable } from "../../lib/engine/cancellable.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../../lib/executions/requireExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { type FidelityLoss, fidelityLossFile } from "../../lib/export/fidelityLoss.ts";
import { calibrate } from "../../lib/export/go/calibrate.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import { judgeRun } from "../../lib/export/go/judgeRun.ts";
import { offeredWork } from "../../lib/export/go/offeredWork.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { runSystem } from "../../lib/export/go/runSystem.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { defineCommand } from "../command.ts";
import { loopPage } from "../loopPage.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readingOptions, readingOptionsOf } from "./readingOptions.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { runOptionHelp, runOptionsOf } from "./runOptions.ts";
import { loopText } from "./text/loopText.ts";
import { withDataset } from "./withDataset.ts";
import { requireEmpty, writeFolder } from "./writeFolder.ts";

/** Share of the cores that the workload offers at most, where no rate is given. */
const mostOffered = 0.4;

/** A topology through a running system and back: export, build, run, read, fit, compare. */
export const loop = defineCommand({
  name: "loop",
  summary: "export, build and run a topology's system, and judge its traces",
  usage: "loop topology.json -o folder [--original traces…] [options]",
  positionals: { min: 1, max: 1 },
  options: {
    output: { type: "string", short: "o", value: "folder", help: "a folder that is new or empty" },
    original: {
      type: "string",
      multiple: true,
      value: "file",
      help: "original traces, to judge by their held-out half (may be repeated)",
    },
    holdout: {
      type: "string",
      value: "share",
      help: "share of the original that is held out (default as the fit's, or 0.5)",
    },
    ...readingOptions,
    ...runOptionHelp,
    rate: {
      type: "string",
      value: "number",
      help: `entry calls a second (default: the traces' own, over --scale, at most what offers ${100 * mostOffered} % of the cores)`,
    },
    "no-calibrate": { type: "boolean", help: "do not measure this machine's hop and wake-up, nor take them off" },
  },
  async run({ values, positionals: [path], signal, progress, print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the folder to write");
    const given = runOptionsOf(values);
    const topology = await readTopologyFile(path);
    const fitted = topology.provenance.options;
    const repair = values.repair ?? (typeof fitted.repair === "string" ? fitted.repair : undefined);
    const reading = await readingOptionsOf({ ...values, ...(repair === undefined ? {} : { repair }) });
    const split = (name: string, preset: number) =>
      (typeof fitted[name] === "number" ? fitted[name] : preset) || preset;
    const holdout = numberOption("holdout", values.holdout, split("holdout", 0.5), { least: 0.01, below: 1 });
    const load = loadavg()[0]!;
    const runtime = await readRuntime();
    const files = exportGo(topology, runtime);
    await requireEmpty(output);
    const loss = JSON.parse(files.get(fidelityLossFile)!) as FidelityLoss;
    await mkdir(output, { recursive: true });
    await writeFolder(join(output, "system"), files, signal);

    const temporary = await mkdtemp(join(tmpdir(), "palette-calibrate-"));
    let costs: Awaited<ReturnType<typeof calibrate>> | undefined;
    try {
      progress("calibrating");
      if (!values["no-calibrate"]) costs = await calibrate(temporary, runtime, { ...given, signal });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }

    const own = (topology.workload.rate || 1) / given.scale;
    const fitting = (mostOffered * cpus().length * 1e6) / (offeredWork(topology) * given.scale);
    const rate = given.rate ?? Math.min(own, fitting);
    const traces = join(output, "traces.jsonl");
    const run = await runSystem(join(output, "system"), traces, { ...given, rate, costs, signal, onStep: progress });

    return withDataset(values, async (dataset) => {
      const engine = cancellable(dataset.engine, signal);
      const running: Dataset = { engine, schema: "running" };
      const refitted = await fitTraces(running, [traces], {
        name: topology.name,
        seed: given.seed,
        signal,
        onStep: progress,
      });
      await writeFile(join(output, "refitted.json"), writeTopology(refitted));
      let original: Dataset | undefined;
      if (values.original) {
        progress("reading the original");
        original = { engine, schema: "original" };
        await readTraces(original, values.original, { ...reading, signal });
        await buildExecutions(original);
        await requireExecutions(original);
        // The same split as the fit's, so that what is held out here was held out there.
        await splitTraces(original, holdout, split("seed", given.seed));
      }
      progress("comparing");
      const { judgement, samples } = await judgeRun(topology, running, refitted, original, given.seed);
      const sizes = ({ services, apis, edges }: typeof topology) => ({
        ...{ services: services.length, apis: apis.length, edges: edges.length },
      });
      const result = {
        topology: path,
        options: { ...given, rate, ownRate: own, limited: given.rate === undefined && rate < own },
        machine: { cores: cpus().length, loadBefore: load },
        costs: costs ?? null,
        run,
        structure: { exported: sizes(topology), refitted: sizes(refitted) },
        ...judgement,
        loss,
      };
      const text = loopText(result);
      await writeFile(join(output, "report.json"), `${JSON.stringify(result, undefined, 1)}\n`);
      const title = `${topology.name}: model and running system`;
      await writeFile(join(output, "index.html"), await loopPage(title, text.summary, judgement, samples));
      const where = `${join(output, "report.json")}, ${join(output, "index.html")}`;
      print({ output, ...result }, [...text.summary, "", ...text.table, "", `written: ${where}`].join("\n"));
      return run.failed === 0 ? 0 : 1;
    });
  },
});
