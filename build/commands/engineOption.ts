import type { Engine } from "../../lib/engine/engine.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { UsageError } from "../usageError.ts";

const shape = "trino://user@host:port/catalog/schema";

/** The option that says where SQL runs. */
export const engineOption = {
  type: "string",
  value: "address",
  help: `duckdb (default), or ${shape}, whose tables then stand for files`,
} as const;

/** The address of a Trino; undefined for the embedded engine. Throws a UsageError for anything else. */
export function clusterOption(address: string | undefined): string | undefined {
  if (address === undefined || address === "duckdb") return undefined;
  if (address.startsWith("trino://")) return address;
  throw new UsageError(`--engine ${JSON.stringify(address)} is neither duckdb nor ${shape}`);
}

/** Opens the Trino that the option names; undefined for the embedded engine. Throws a UsageError for anything else. */
export function trinoOption(address: string | undefined): Promise<Engine> | undefined {
  const cluster = clusterOption(address);
  return cluster === undefined ? undefined : openTrino(cluster);
}
