import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { UsageError } from "../usageError.ts";
import { numberOption } from "./numberOption.ts";

/** Options of the engine that a verb works in. */
export interface EngineOptions {
  memory?: string;
  threads?: string;
}

/**
 * Runs `use` on a fresh data set in an embedded engine, which is closed afterwards, come what may. What does not fit
 * the memory goes to a temporary folder of its own. Throws a UsageError for options that the engine would not take.
 */
export async function withDataset<Result>(
  { memory, threads }: EngineOptions,
  use: (dataset: Dataset) => Promise<Result>,
): Promise<Result> {
  if (memory !== undefined && !/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i.test(memory)) {
    throw new UsageError(`--memory ${JSON.stringify(memory)} is not a size such as 4GB or 512MB`);
  }
  const threadCount =
    threads === undefined ? undefined : numberOption("threads", threads, 1, { whole: true, least: 1 });
  const tempDirectory = await mkdtemp(join(tmpdir(), "palette-"));
  try {
    const engine = await openDuckDBNode({ memoryLimit: memory, threads: threadCount, tempDirectory });
    try {
      return await use({ engine, schema: "traces" });
    } finally {
      await engine.close();
    }
  } finally {
    await rm(tempDirectory, { recursive: true, force: true });
  }
}
