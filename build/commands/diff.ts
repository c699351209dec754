import { diffTopologies } from "../../lib/interventions/diffTopologies.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { checkNotRead, checkTarget, writeFileWhole } from "./writeFileWhole.ts";

/** Two topologies to their differences, in words and as a picture. */
export const diff = defineCommand({
  name: "diff",
  summary: "say in words, and draw, how two topologies differ",
  usage: "diff a.json b.json [-o page.html|graph.svg] [options]",
  positionals: { min: 2, max: 2 },
  options: {
    output: {
      type: "string",
      short: "o",
      value: "file",
      help: "draw it: .html with graph, latencies and words, .svg with the graph",
    },
  },
  async run({ values: { output }, positionals: [before, after], print }) {
    if (output !== undefined) {
      if (!/\.(html|svg)$/.test(output)) throw new UsageError(`-o ${output}: ends neither in .html nor in .svg`);
      await checkTarget(output);
      await checkNotRead(output, [before!, after!]);
    }
    const [then, now] = [await readTopologyFile(before!), await readTopologyFile(after!)];
    const differences = diffTopologies(then, now);
    if (output !== undefined) {
      const { differencePage, differenceSvg } = await import("../differencePage.ts");
      await writeFileWhole(
        output,
        output.endsWith(".svg") ? differenceSvg(then, now) : await differencePage(then, now),
      );
    }
    const text =
      differences.length === 0 ? "no difference" : differences.map((each) => printable(each.text)).join("\n");
    print(differences, text);
    return 0;
  },
});
