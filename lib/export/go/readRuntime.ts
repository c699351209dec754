import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RuntimeFiles } from "./exportGo.ts";

/** Reads the Go files of the runtime that exports copy, by their path. */
export async function readRuntime(): Promise<RuntimeFiles> {
  const folder = fileURLToPath(new URL("./runtime/", import.meta.url));
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".go")).sort();
  const texts = await Promise.all(paths.map((path) => readFile(join(folder, path), "utf8")));
  return new Map(paths.map((path, index) => [path.replaceAll("\\", "/"), texts[index]!]));
}
