import { join } from "node:path";
import { exportBlueprint } from "../../lib/export/blueprint/exportBlueprint.ts";
import { type FidelityLoss, fidelityLossFile } from "../../lib/export/fidelityLoss.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { requireEmpty, writeFolder } from "../../lib/export/writeFolder.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { lossText } from "./text/lossText.ts";

const targets = { go: exportGo, blueprint: exportBlueprint };

/** topology.json to the source of a system that runs. */
export const exportSystem = defineCommand({
  name: "export",
  summary: "generate a system that runs from a topology",
  usage: "export topology.json --to go|blueprint -o folder",
  positionals: { min: 1, max: 1 },
  options: {
    to: { type: "string", value: "target", help: `${Object.keys(targets).join(", ")} (default go)` },
    output: { type: "string", short: "o", value: "folder", help: "a folder that is new or empty" },
  },
  async run({ values, positionals: [path], print, signal }) {
    const { to = "go", output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the folder to write");
    if (!Object.hasOwn(targets, to))
      throw new UsageError(`--to ${JSON.stringify(to)} is not ${Object.keys(targets).join(", ")}`);
    const topology = await readTopologyFile(path);
    const files = targets[to as keyof typeof targets](topology, await readRuntime());
    await requireEmpty(output);
    await writeFolder(output, files, signal);
    const loss = JSON.parse(files.get(fidelityLossFile)!) as FidelityLoss;
    const written = `${output}: ${files.size} files; see ${join(output, "README.md")}`;
    const whole = `each in ${join(output, fidelityLossFile)}`;
    print({ output, to, files: files.size, loss }, [written, "", lossText(loss), whole].join("\n"));
    return 0;
  },
});
