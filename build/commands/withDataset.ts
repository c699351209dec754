import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { UsageError } from "../usageError.ts";
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
  { engine = "duckdb", memory, spill, threads }: EngineOptions,
  use: (dataset: Dataset) => Promise<Result>,
): Promise<Result> {
  if (engine !== "duckdb") return withTrino(engine, { memory, spill, threads }, use);
  if (memory !== undefined && !/^\d+(\.\d+)?\s*([KMGT]i?)?B$/i.test(memory)) {
    throw new UsageError(`--memory ${JSON.stringify(memory)} is not a size such as 4GB or 512MB`);
  }
  const threadCount =
    threads === undefined ? undefined : numberOption("threads", threads, 1, { whole: true, least: 1 });
  const tempDirectory = await mkdtemp(join(spill ?? tmpdir(), "palette-")).catch((error: Error) => {
    throw new UsageError(`--spill ${JSON.stringify(spill)} is no folder that can be written: ${error.message}`);
  });
  try {
    const duckdb = await openDuckDBNode({ memoryLimit: memory, threads: threadCount, tempDirectory });
    try {
      return await use({ engine: duckdb, schema: "traces" });
    } finally {
      await duckdb.close();
    }
  } finally {
    await rm(tempDirectory, { recursive: true, force: true });
  }
}

async function withTrino<Result>(
  address: string,
  embedded: Record<string, string | undefined>,
  use: (dataset: Dataset) => Promise<Result>,
): Promise<Result> {
  if (!address.startsWith("trino://")) {
    throw new UsageError(
      `--engine ${JSON.stringify(address)} is neither duckdb nor trino://user@host:port/catalog/schema`,
    );
  }
  for (const [option, value] of Object.entries(embedded)) {
    if (value !== undefined)
      throw new UsageError(`--${option} is for the embedded engine; a cluster has its own settings`);
  }
  const engine = await openTrino(address);
  try {
    return await use({ engine, schema: "traces" });
  } finally {
    await engine.close();
  }
}
