import { readFile } from "node:fs/promises";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";

/** Reads a file's text; throws one line that names it. */
export async function readTextFile(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === "ENOENT" ? "no such file" : error.message}`, { cause: error });
  });
}

/** Reads a topology.json; throws one line that names the file and the place in it. */
export async function readTopologyFile(path: string): Promise<Topology> {
  const text = await readTextFile(path);
  try {
    return readTopology(text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
