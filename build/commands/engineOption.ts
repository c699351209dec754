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

/** Opens the Trino that the option names; undefined for the embedded engine. Throws a UsageError for anything else. */
export function trinoOption(address: string | undefined): Promise<Engine> | undefined {
  if (address === undefined || address === "duckdb") return undefined;
  if (address.startsWith("trino://")) return openTrino(address);
  throw new UsageError(`--engine ${JSON.stringify(address)} is neither duckdb nor ${shape}`);
}
