import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { withExportedList } from "../../lib/export/exportedList.ts";
import { type FidelityLoss, fidelityLossFile } from "../../lib/export/fidelityLoss.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { targets } from "../../lib/export/targets.ts";
import { writeExport } from "../../lib/export/writeExport.ts";
import { zipExport } from "../../lib/export/zipExport.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { lossText } from "./text/lossText.ts";
import { checkTarget, writeWhole } from "./writeFileWhole.ts";

/** topology.json to the source of a system that runs. */
export const exportSystem = defineCommand({
  name: "export",
  summary: "generate a system that runs from a topology",
  usage: "export topology.json --to go|blueprint -o folder|file.zip",
  positionals: { min: 1, max: 1 },
  options: {
    to: { type: "string", value: "target", help: `${Object.keys(targets).join(", ")} (default go)` },
    output: {
      type: "string",
      short: "o",
      value: "path",
      help: "a folder that is new, empty or an earlier export, or a file.zip",
    },
  },
  async run({ values, positionals: [path], print, signal }) {
    const { to = "go", output } = values;
    if (output === undefined) throw new UsageError("-o is missing: the folder, or file.zip, to write");
    if (!Object.hasOwn(targets, to))
      throw new UsageError(`--to ${JSON.stringify(to)} is not ${Object.keys(targets).join(", ")}`);
    const topology = await readTopologyFile(path);
    const { make, own } = targets[to as keyof typeof targets];
    const files = withExportedList(make(topology, await readRuntime()), own);
    if (output.endsWith(".zip")) {
      await checkTarget(output);
      const bytes = zipExport(files, basename(output, ".zip"));
      await writeWhole(output, (beside) => writeFile(beside, bytes), signal);
    } else await writeExport(output, files, own, signal);
    const loss = JSON.parse(files.get(fidelityLossFile)!) as FidelityLoss;
    const written = `${output}: ${files.size} files; see README.md there`;
    const whole = `each in ${fidelityLossFile} there`;
    print({ output, to, files: files.size, loss }, [written, "", lossText(loss), whole].join("\n"));
    return 0;
  },
});
