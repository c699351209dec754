import { aimText } from "../../lib/interventions/aim.ts";
import { checkKnob, type Knob, ownTimeKnobs } from "../../lib/interventions/knob.ts";
import type { Target } from "../../lib/interventions/target.ts";
import { tune as tuneTopology } from "../../lib/interventions/tune.ts";
import { writeInterventions } from "../../lib/interventions/writeInterventions.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readTextFile, readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { checkNotRead, checkTarget, writeFileWhole } from "./writeFileWhole.ts";

const levels = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

/** A topology and a target to the interventions that reach it. */
export const tune = defineCommand({
  name: "tune",
  summary: "search for interventions that reach a target",
  usage: "tune topology.json --p99 µs [--root id] [--work µs] [--services n] -o interventions.json [options]",
  positionals: { min: 1, max: 1 },
  options: {
    root: { type: "string", value: "id", help: "the entry API whose latency is wanted (default: the busiest)" },
    p50: { type: "string", value: "µs", help: "its median at most" },
    p95: { type: "string", value: "µs", help: "its 95th percentile at most" },
    p99: { type: "string", value: "µs", help: "its 99th percentile at most" },
    work: { type: "string", value: "µs", help: "all own times of a trace together at most, in the mean" },
    services: { type: "string", value: "number", help: "services left at most" },
    knobs: {
      type: "string",
      value: "file",
      help: 'what may be turned: [{"intervention": {"type": "addCache", …}, "field": "hitRatio", "from": 0, "to": 0.9}, …] (default: own times of the 4 APIs that move the p99 most, down to a quarter)',
    },
    traces: { type: "string", short: "n", value: "number", help: "traces to simulate for each try (default 4000)" },
    seed: { type: "string", value: "number", help: "equal seeds find equal settings (default 1)" },
    output: { type: "string", short: "o", value: "file", help: "where the interventions go" },
  },
  async run({ values, positionals: [path], progress, print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    await checkTarget(output);
    await checkNotRead(output, [path!, ...(values.knobs ? [values.knobs] : [])]);
    const traces = numberOption("traces", values.traces, 4000, { whole: true, least: 100 });
    const seed = numberOption("seed", values.seed, 1, { whole: true });
    const topology = await readTopologyFile(path!);
    const busiest = topology.workload.mix.reduce((most, each) => (each.probability > most.probability ? each : most));
    const api = values.root ?? busiest.api;
    const quantiles = Object.entries(levels).flatMap(([name, level]) => {
      const text = values[name as keyof typeof levels];
      return text === undefined ? [] : [{ level, most: numberOption(name, text, 0, { least: 0 }) }];
    });
    const target: Target = {
      ...(quantiles.length > 0 && { root: { api, quantiles } }),
      ...(values.work !== undefined && { work: numberOption("work", values.work, 0, { least: 0 }) }),
      ...(values.services !== undefined && {
        services: numberOption("services", values.services, 0, { whole: true, least: 1 }),
      }),
    };
    const knobs = values.knobs === undefined ? ownTimeKnobs(topology, api) : await readKnobs(values.knobs, topology);
    const found = await tuneTopology(topology, target, knobs, {
      traces,
      seed,
      onTry: (tried) => progress(`trying ${tried}`),
    });
    const aims = found.aims.map(aimText);
    const { interventions } = found;
    await writeFileWhole(output, writeInterventions(interventions, topology));
    if (!found.reached)
      throw new Error(`not found within these knobs, nearest, written to ${output}: ${aims.join("; ")}`);
    const lines = [`${output}: ${interventions.length} interventions, ${found.tried} topologies tried`, ...aims];
    print({ output, ...found }, lines.map(printable).join("\n"));
    return 0;
  },
});

async function readKnobs(path: string, topology: Topology): Promise<Knob[]> {
  const source = await readTextFile(path);
  let knobs: unknown;
  try {
    knobs = JSON.parse(source);
  } catch (error) {
    throw new Error(`${path}: no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(knobs) || !knobs.every((each) => typeof each === "object" && each !== null))
    throw new Error(`${path}: not a list of knobs`);
  for (const [index, knob] of knobs.entries()) checkKnob(topology, knob, `${path}: knobs[${index}]`);
  return knobs;
}
