import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import { defineCommand } from "../command.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";

/** Two topologies to their differences, in words. */
export const diff = defineCommand({
  name: "diff",
  summary: "say in words how two topologies differ",
  usage: "diff a.json b.json [options]",
  positionals: { min: 2, max: 2 },
  options: {},
  async run({ positionals: [before, after], print }) {
    const differences = diffTopologies(await readTopologyFile(before!), await readTopologyFile(after!));
    const text =
      differences.length === 0 ? "no difference" : differences.map((each) => printable(each.text)).join("\n");
    print(differences, text);
    return 0;
  },
});
