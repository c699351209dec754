import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exportBlueprint } from "../../lib/export/blueprint/exportBlueprint.ts";
import { type FidelityLoss, fidelityLossFile } from "../../lib/export/fidelityLoss.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
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
    for (const [name, text] of files) {
      signal.throwIfAborted();
      const target = join(output, name);
      try {
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, text);
      } catch (error) {
        throw new Error(`${target}: cannot be written: ${(error as Error).message}`, { cause: error });
      }
    }
    const loss = JSON.parse(files.get(fidelityLossFile)!) as FidelityLoss;
    const written = `${output}: ${files.size} files; see ${join(output, "README.md")}`;
    const whole = `each in ${join(output, fidelityLossFile)}`;
    print({ output, to, files: files.size, loss }, [written, "", lossText(loss), whole].join("\n"));
    return 0;
  },
});

/** Throws where a folder holds something already, which an export would mix with. */
async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Error(`${folder}: cannot be written: ${error.code === "ENOTDIR" ? "it is a file" : error.message}`);
  });
  if (found.length > 0) throw new Error(`${folder}: cannot be written: the folder is not empty`);
}
