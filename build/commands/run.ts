import { runSystem } from "../../lib/export/go/runSystem.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { runOptionHelp, runOptionsOf } from "./runOptions.ts";
import { withArrivals } from "./withArrivals.ts";
import { checkTarget, writeWhole } from "./writeFileWhole.ts";

/** A generated system, from its source to traces. */
export const run = defineCommand({
  name: "run",
  summary: "build and run a generated system, and collect its traces",
  usage: "run folder --duration 30 -o traces.jsonl [options]",
  positionals: { min: 1, max: 1 },
  options: {
    output: { type: "string", short: "o", value: "file", help: "where the spans go, as OTLP JSON lines" },
    ...runOptionHelp,
  },
  async run({ values, positionals: [folder], signal, progress, print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    const options = runOptionsOf(values);
    await checkTarget(output);
    let report: Awaited<ReturnType<typeof runSystem>> | undefined;
    let stopped: unknown;
    await withArrivals(values.arrivals, { signal }, (arrivals) =>
      writeWhole(
        output,
        async (beside) => {
          const running = runSystem(folder!, beside, { ...options, ...arrivals, signal, onStep: progress });
          report = await running.catch((error) => {
            stopped = error;
            throw error;
          });
        },
        signal,
      ).catch((error) => {
        // What ended the system has nothing to do with the file that its spans go to.
        throw stopped ?? error;
      }),
    );
    const { sent, completed, failed, achieved, offered, latenessP99, firstError, warnings } = report!;
    const lines = [
      `${output}: ${completed} of ${sent} calls completed, ${failed} failed, ${achieved.toPrecision(3)} a second (${Math.round(100 * offered)} % of the cores), 99 % at most ${Math.round(latenessP99)} µs late`,
      ...(firstError === undefined ? [] : [`first error: ${firstError}`]),
      ...warnings,
    ];
    print({ output, ...report }, lines.join("\n"));
    return failed === 0 ? 0 : 1;
  },
});
