import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { cancellable } from "../../lib/engine/cancellable.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../../lib/executions/requireExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { closeLoop, mostOffered } from "../../lib/export/go/closeLoop.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { makeFolder } from "../../lib/files/makeFolder.ts";
import { requireEmpty } from "../../lib/files/writeFolder.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { findTraceFiles } from "../../lib/traces/findTraceFiles.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { defineCommand } from "../command.ts";
import { loopPage } from "../loopPage.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readingOptions, readingOptionsOf } from "./readingOptions.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { runOptionHelp, runOptionsOf } from "./runOptions.ts";
import { loopText } from "./text/loopText.ts";
import { withArrivals } from "./withArrivals.ts";
import { withDataset } from "./withDataset.ts";
import { withInterventions } from "./withInterventions.ts";

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
    interventions: {
      type: "string",
      value: "file",
      help: "run the system under these interventions too: how roots' medians shift, predicted and measured",
    },
    "no-calibrate": { type: "boolean", help: "do not measure this machine's hop and wake-up, nor take them off" },
  },
  async run({ values, positionals: [path], signal, progress, print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the folder to write");
    const given = runOptionsOf(values);
    const topology = await readTopologyFile(path);
    const fitted = topology.provenance.options;
    const asFitted = (option: "repair" | "without") => {
      const value = values[option] ?? fitted[option];
      return typeof value === "string" ? { [option]: value } : {};
    };
    const reading = await readingOptionsOf({ ...values, ...asFitted("repair"), ...asFitted("without") });
    const split = (name: string, preset: number) =>
      (typeof fitted[name] === "number" ? fitted[name] : preset) || preset;
    const holdout = numberOption("holdout", values.holdout, split("holdout", 0.5), { least: 0.01, below: 1 });
    const load = loadavg()[0]!;
    const tuned =
      values.interventions === undefined
        ? undefined
        : await withInterventions(
            values.interventions,
            topology,
            (interventions) => applyInterventions(topology, interventions).topology,
          );
    await requireEmpty(output);

    return withDataset(values, async ({ engine: opened }) => {
      const engine = cancellable(opened, signal);
      // The original is read once the system has run; what is no traces is said before.
      if (values.original) await findTraceFiles(engine, values.original, { ...reading, signal });
      await makeFolder(output);
      const readOriginal = async () => {
        progress("reading the original");
        const original: Dataset = { engine, schema: "original" };
        await readTraces(original, values.original!, { ...reading, signal });
        await buildExecutions(original, reading.without);
        await requireExecutions(original);
        // The same split as the fit's, so that what is held out here was held out there.
        await splitTraces(original, holdout, split("seed", given.seed));
        return original;
      };
      const runtime = await readRuntime();
      const { samples, refitted, ...closed } = await withArrivals(values.arrivals, { ...reading, signal }, (arrivals) =>
        closeLoop(
          topology,
          output,
          runtime,
          { engine, schema: "running" },
          {
            ...{ ...given, ...arrivals, calibrated: !values["no-calibrate"], signal, onStep: progress },
            ...(tuned ? { tuned } : {}),
          },
          values.original && readOriginal,
        ),
      );
      const { rate, ownRate, run } = closed;
      const sizes = ({ services, apis, edges }: typeof topology) => ({
        ...{ services: services.length, apis: apis.length, edges: edges.length },
      });
      const result = {
        topology: path,
        options: { ...given, rate, ownRate, limited: given.rate === undefined && rate < ownRate },
        machine: { cores: cpus().length, loadBefore: load },
        structure: { exported: sizes(topology), refitted: sizes(refitted) },
        ...closed,
      };
      const text = loopText(result);
      await writeFile(join(output, "report.json"), `${JSON.stringify(result, undefined, 1)}\n`);
      const title = `${topology.name}: model and running system`;
      await writeFile(join(output, "index.html"), await loopPage(title, text.summary, closed, samples));
      const where = `${join(output, "report.json")}, ${join(output, "index.html")}`;
      print({ output, ...result }, [...text.summary, "", ...text.table, "", `written: ${where}`].join("\n"));
      return run.failed === 0 ? 0 : 1;
    });
  },
});
