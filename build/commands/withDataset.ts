import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { UsageError } from "../usageError.ts";
import { engineMemory } from "./engineMemory.ts";
import { trinoOption } from "./engineOption.ts";
import { numberOption } from "./numberOption.ts";

/** Options of the engine that a verb works in. */
export interface EngineOptions {
  engine?: string;
  memory?: string;
  spill?: string;
  threads?: string;
}

/**
 * Runs `use` on a fresh data set in an embedded engine, or in the Trino that `engine` is the address of; it is closed
 * afterwards, come what may. What does not fit the memory goes to a temporary folder, below `spill` where that is given.
 * Throws a UsageError for options that the engine would not take.
 */
export async function withDataset<Result>(
  { engine, memory, spill, threads }: EngineOptions,
  use: (dataset: Dataset) => Promise<Result>,
): Promise<Result> {
  if (engine !== undefined && engine !== "duckdb") {
    const [given] = Object.entries({ memory, spill, threads }).find(([, value]) => value !== undefined) ?? [];
    if (given) throw new UsageError(`--${given} is for the embedded engine; a cluster has settings of its own`);
    return useAndClose((await trinoOption(engine))!, use);
  }
  if (memory !== undefined && !/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i.test(memory)) {
    throw new UsageError(`--memory ${JSON.stringify(memory)} is not a size such as 4GB or 512MB`);
  }
  const threadCount =
    threads === undefined ? undefined : numberOption("threads", threads, 1, { whole: true, least: 1 });
  const memoryLimit = memory === undefined ? undefined : `${engineMemory(memory)}B`;
  const tempDirectory = await mkdtemp(join(spill ?? tmpdir(), "palette-")).catch((error: Error) => {
    throw new UsageError(`--spill ${JSON.stringify(spill)} is no folder that can be written: ${error.message}`);
  });
  try {
    return await useAndClose(await openDuckDBNode({ memoryLimit, threads: threadCount, tempDirectory }), use);
  } finally {
    await rm(tempDirectory, { recursive: true, force: true });
  }
}

async function useAndClose<Result>(engine: Engine, use: (dataset: Dataset) => Promise<Result>): Promise<Result> {
  try {
    return await use({ engine, schema: "traces" });
  } finally {
    await engine.close();
  }
}
