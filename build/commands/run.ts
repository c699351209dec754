import { cpus } from "node:os";
import { runSystem } from "../../lib/export/go/runSystem.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { checkTarget, writeWhole } from "./writeFileWhole.ts";

const modes = ["on", "off", "log"] as const;
const kinds = ["cpu", "memory", "disk", "sleep"] as const;

/** A generated system, from its source to traces. */
export const run = defineCommand({
  name: "run",
  summary: "build and run a generated system, and collect its traces",
  usage: "run folder --duration 30 -o traces.jsonl [options]",
  positionals: { min: 1, max: 1 },
  options: {
    output: { type: "string", short: "o", value: "file", help: "where the spans go, as OTLP JSON lines" },
    rate: { type: "string", value: "number", help: "entry calls a second (default: the traces' own, over --scale)" },
    duration: { type: "string", value: "seconds", help: "how long calls are recorded (default 30)" },
    warmup: { type: "string", value: "seconds", help: "how long calls are made before that (default 2)" },
    processes: { type: "string", value: "number", help: "processes that the services share (default 8)" },
    scale: {
      type: "string",
      value: "number",
      help: "run this many times slower; spans keep the model's times (default 1)",
    },
    corrections: {
      type: "string",
      value: modes.join("|"),
      help: "take measured deviations off the own time that is left (default on)",
    },
    work: { type: "string", value: kinds.join("|"), help: "how all own time is spent (default: as the topology says)" },
    seed: { type: "string", value: "number", help: "equal seeds give equal arrivals and draws (default 1)" },
  },
  async run({ values, positionals: [folder], signal, progress, print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    const options = {
      ...(values.rate === undefined
        ? {}
        : { rate: numberOption("rate", values.rate, 1, { least: 0.001, below: 1e6 }) }),
      duration: numberOption("duration", values.duration, 30, { least: 0.1, below: 1e6 }),
      warmUp: numberOption("warmup", values.warmup, 2, { least: 0, below: 1e6 }),
      processes: numberOption("processes", values.processes, Math.min(8, 4 * cpus().length), {
        whole: true,
        least: 1,
        below: 1001,
      }),
      scale: numberOption("scale", values.scale, 1, { least: 0.001, below: 1e5 }),
      seed: numberOption("seed", values.seed, 1, { whole: true, least: 0 }),
      corrections: oneOf("corrections", values.corrections ?? "on", modes),
      ...(values.work === undefined ? {} : { work: oneOf("work", values.work, kinds) }),
    };
    await checkTarget(output);
    let report: Awaited<ReturnType<typeof runSystem>> | undefined;
    await writeWhole(
      output,
      async (beside) => {
        report = await runSystem(folder!, beside, { ...options, signal, onStep: progress });
      },
      signal,
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

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`--${option} ${JSON.stringify(value)} is not ${choices.join(" or ")}`);
  return found;
}
