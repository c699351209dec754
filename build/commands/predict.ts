import { contributions } from "../../lib/interventions/contributions.ts";
import { predict as predictLatency } from "../../lib/interventions/predict.ts";
import { defineCommand } from "../command.ts";
import { numberOption } from "./numberOption.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { withInterventions } from "./withInterventions.ts";

/** Contributions that are printed. */
const shownContributions = 12;

/** A topology, and interventions, to latencies before and after, or to what latency is made of. */
export const predict = defineCommand({
  name: "predict",
  summary: "say what interventions do to latencies, or what is worth an intervention",
  usage: "predict topology.json [interventions.json] [--api id] [options]",
  positionals: { min: 1, max: 2 },
  options: {
    api: {
      type: "string",
      value: "id",
      help: "the API whose latency is asked for, any with interventions, an entry API without (default: the busiest entry API)",
    },
    traces: { type: "string", short: "n", value: "number", help: "traces to simulate (default 20000)" },
    seed: { type: "string", value: "number", help: "equal seeds give equal traces (default 1)" },
  },
  async run({ values, positionals: [path, interventionsPath], print }) {
    const traces = numberOption("traces", values.traces, 20_000, { whole: true, least: 100 });
    const seed = numberOption("seed", values.seed, 1, { whole: true });
    const topology = await readTopologyFile(path!);
    const busiest = topology.workload.mix.reduce((most, each) => (each.probability > most.probability ? each : most));
    const api = values.api ?? busiest.api;
    if (topology.apis.every(({ id }) => id !== api)) throw new Error(`${path}: there is no API ${JSON.stringify(api)}`);
    if (interventionsPath === undefined) {
      const found = contributions(topology, api, { traces, seed });
      const lines = found
        .slice(0, shownContributions)
        .map(
          (each) =>
            `${each.api}: ${percent(each.share)} of the mean, waited for in ${percent(each.critical)} of traces, p99 falls ${Number((each.p99 / 100).toPrecision(3))} µs a percent`,
        );
      print(found, [`What ${api} waits for:`, ...lines].map(printable).join("\n"));
      return 0;
    }
    const {
      before: _,
      after: __,
      tuned,
      ...found
    } = await withInterventions(interventionsPath, topology, (interventions) =>
      predictLatency(topology, interventions, { api, traces, seed }),
    );
    const said = tuned.repairs.map(({ type, text }) => `${type}: ${text}`);
    print({ ...found, repairs: tuned.repairs }, [...found.text.split("; "), ...said].map(printable).join("\n"));
    return 0;
  },
});

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
