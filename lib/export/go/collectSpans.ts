import { createReadStream } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

const lineEnd = "\n".charCodeAt(0);

/**
 * Puts the span files of all processes (`spans-<number>.jsonl` in a folder) together into one.
 * @returns a line for each of them that ends in half a line, as a killed process leaves it
 */
export async function collectSpans(folder: string, into: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => /^spans-\d+\.jsonl$/.test(name)).sort();
  const target = await open(into, "w");
  const cut: string[] = [];
  try {
    for (const file of files) {
      let last: number | undefined;
      for await (const chunk of createReadStream(join(folder, file))) {
        await target.writeFile(chunk as Buffer);
        last = (chunk as Buffer).at(-1);
      }
      if (last === undefined || last === lineEnd) continue;
      // The next file's first line is none of it.
      await target.writeFile("\n");
      cut.push(`spans: ${file} ends in half a line, which readers will reject`);
    }
    return cut;
  } finally {
    await target.close();
  }
}
