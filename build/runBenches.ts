import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import type { BenchRow } from "../test/bench/benchRow.ts";
import { benchTable, replaceSection } from "./benchTable.ts";

/** A file of test/bench: `<id>.bench.ts`. */
interface Bench {
  name: string;
  /** Rows of a table, or a table of its own in Markdown, where there is more to compare than one peer. */
  run(): Promise<BenchRow[] | string>;
}

const folder = new URL("../test/bench/", import.meta.url);
const readme = new URL("README.md", folder);

/**
 * Runs the benches of test/bench one after the other (those whose id contains one of the words, or all), prints their
 * tables and writes them into test/bench/README.md.
 */
export async function runBenches(words: readonly string[]): Promise<void> {
  const ids = readdirSync(folder)
    .filter((file) => file.endsWith(".bench.ts"))
    .map((file) => file.slice(0, -".bench.ts".length))
    .sort();
  const chosen = words.length > 0 ? ids.filter((id) => words.some((word) => id.includes(word))) : ids;
  if (chosen.length === 0) throw new Error(`no bench is named ${words.join(" or ")}: there are ${ids.join(", ")}`);
  for (const id of chosen) {
    const { name, run } = (await import(new URL(`${id}.bench.ts`, folder).href)) as Bench;
    const found = await run();
    const body = `${typeof found === "string" ? found : benchTable(found)}\n\n${circumstances()}`;
    console.log(`\n${name}\n\n${body}`);
    await writeFile(readme, replaceSection(await readFile(readme, "utf8"), id, name, body));
  }
}

function circumstances(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}.`;
}
