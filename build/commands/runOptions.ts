import { cpus } from "node:os";
import type { RunOptions } from "../../lib/export/go/runSystem.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";

const modes = ["on", "off", "log"] as const;
const kinds = ["cpu", "memory", "disk", "sleep"] as const;
const clocks = ["wall", "cpu"] as const;

/** Options of the verbs that run a generated system. */
export const runOptionHelp = {
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
  clock: {
    type: "string",
    value: clocks.join("|"),
    help: "end work at its deadline, or by its thread's CPU time (default wall)",
  },
  arrivals: {
    type: "string",
    multiple: true,
    value: "file",
    help: "traces whose recorded arrivals are repeated, instead of Poisson arrivals (may be repeated)",
  },
  seed: { type: "string", value: "number", help: "equal seeds give equal arrivals and draws (default 1)" },
} as const;

/** Reads them; throws a UsageError that names the option, the value and what would be valid. */
export function runOptionsOf(
  values: { [Option in Exclude<keyof typeof runOptionHelp, "arrivals">]?: string },
): RunOptions {
  return {
    ...(values.rate === undefined ? {} : { rate: numberOption("rate", values.rate, 1, { least: 0.001, below: 1e6 }) }),
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
    ...(values.clock === undefined ? {} : { clock: oneOf("clock", values.clock, clocks) }),
  };
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`--${option} ${JSON.stringify(value)} is not ${choices.join(" or ")}`);
  return found;
}
