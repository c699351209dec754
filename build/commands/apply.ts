import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { checkWrittenFor } from "../../lib/interventions/checkWrittenFor.ts";
import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";
import { readTextFile, readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { checkTarget, writeFileWhole } from "./writeFileWhole.ts";

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
    const topology = await readTopologyFile(path!);
    const source = await readTextFile(interventionsPath!);
    const { tuned, repairs } = inFile(interventionsPath!, () => {
      const file = readInterventions(source);
      checkWrittenFor(topology, file);
      const count = file.interventions.length;
      const left = new Set(
        (values.without ?? []).map((text) => numberOption("without", text, 0, { whole: true, least: 0, below: count })),
      );
      const applied = applyInterventions(
        topology,
        file.interventions.filter((_, index) => !left.has(index)),
      );
      return { tuned: applied.topology, repairs: applied.repairs };
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

/** Puts the name of the interventions' file before an error of its content. */
function inFile<Result>(path: string, use: () => Result): Result {
  try {
    return use();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
