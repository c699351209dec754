import { compareDatasets } from "../../lib/compare/compareDatasets.ts";
import { compareShapes } from "../../lib/compare/compareShapes.ts";
import { cancellable } from "../../lib/engine/cancellable.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../../lib/executions/requireExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import type { StructureRule } from "../../lib/executions/structureRules.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { type ReadOptions, readTraces } from "../../lib/traces/readTraces.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readingOptions, readingOptionsOf } from "./readingOptions.ts";
import { ledgerText } from "./text/ledgerText.ts";
import { reportText } from "./text/reportText.ts";
import { shapesText } from "./text/shapesText.ts";
import { withDataset } from "./withDataset.ts";

/** Original and generated traces to distances, for each API and root. */
export const compare = defineCommand({
  name: "compare",
  summary: "measure how far generated traces are from original ones",
  usage: "compare <original…> <generated> [options]",
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    generated: {
      type: "string",
      multiple: true,
      value: "file",
      help: "generated traces (may be repeated); without it they are the last argument",
    },
    ...readingOptions,
    verbose: { type: "boolean", help: "name every file that was skipped" },
    seed: { type: "string", value: "number", help: "seed of the split that gives the noise floor (default 1)" },
  },
  async run({ values, positionals, progress, print, signal }) {
    const generated = values.generated ?? positionals.slice(-1);
    const original = values.generated ? positionals : positionals.slice(0, -1);
    if (original.length === 0) throw new UsageError("too few arguments: original and generated traces are needed");
    const seed = numberOption("seed", values.seed, 1, { whole: true });
    const options = await readingOptionsOf(values);
    return withDataset(values, async (dataset) => {
      const engine = cancellable(dataset.engine, signal);
      const read = async (schema: string, addresses: string[], reading: ReadOptions) => {
        const built: Dataset = { engine, schema };
        const onProgress = (share: number, path: string) => progress(`reading ${Math.round(100 * share)} % ${path}`);
        const { files } = await readTraces(built, addresses, { ...reading, signal, onProgress });
        return { built, files };
      };
      const build = async (built: Dataset, holdout: number, without: readonly StructureRule[] = []) => {
        progress("building executions");
        await buildExecutions(built, without);
        await requireExecutions(built);
        await splitTraces(built, holdout, seed);
      };
      const generatedTraces = (await read("generated", generated, {})).built;
      await build(generatedTraces, 0);
      const { built: originalTraces, files } = await read("original", original, options);
      if (files.every(({ format }) => format === "metaTraces")) {
        const shapes = await compareShapes(originalTraces, generatedTraces);
        print(shapes, shapesText(shapes));
        return 0;
      }
      await build(originalTraces, 0.5, options.without);
      progress("comparing");
      const report = await compareDatasets(originalTraces, generatedTraces, { bootstrap: { seed } });
      const ledgers = [report.ledger, report.generatedLedger].map((each) => ledgerText(each, values.verbose));
      print(report, [reportText(report, ["generated"]), "", ...ledgers].join("\n"));
      return 0;
    });
  },
});
