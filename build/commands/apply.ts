import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { withInterventions } from "./withInterventions.ts";
import { checkNotRead, checkTarget, writeFileWhole } from "./writeFileWhole.ts";

/** topology.json and interventions.json to a tuned topology. */
export const apply = defineCommand({
  name: "apply",
  summary: "apply interventions to a topology",
  usage: "apply topology.json interventions.json -o tuned.json [options]",
  positionals: { min: 2, max: 2 },
  options: {
    output: { type: "string", short: "o", value: "file", help: "where the tuned topology goes" },
    without: {
      type: "string",
      multiple: true,
      value: "number",
      help: "leave out the intervention of this number, from 0 (may be repeated): undo",
    },
  },
  async run({ values, positionals: [path, interventionsPath], print }) {
    const { output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    await checkTarget(output);
    await checkNotRead(output, [path!, interventionsPath!]);
    const topology = await readTopologyFile(path!);
    const { topology: tuned, repairs } = await withInterventions(interventionsPath!, topology, (interventions) => {
      const count = interventions.length;
      const left = new Set(
        (values.without ?? []).map((text) => numberOption("without", text, 0, { whole: true, least: 0, below: count })),
      );
      return applyInterventions(
        topology,
        interventions.filter((_, index) => !left.has(index)),
      );
    });
    await writeFileWhole(output, writeTopology(tuned));
    const differences = diffTopologies(topology, tuned);
    const lines = [
      `${output}: ${tuned.services.length} services, ${tuned.apis.length} APIs, ${tuned.edges.length} edges`,
      ...repairs.map(({ type, text }) => `${type}: ${text}`),
      ...differences.map(({ text }) => `  ${text}`),
    ];
    print({ output, repairs, differences }, lines.map(printable).join("\n"));
    return 0;
  },
});
