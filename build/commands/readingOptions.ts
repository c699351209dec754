import { readFile } from "node:fs/promises";
import { type StructureRule, structureRules, structureRulesOf } from "../../lib/executions/structureRules.ts";
import type { RepairMode } from "../../lib/traces/alibabaCalls.ts";
import type { ColumnMapping } from "../../lib/traces/columnMapping.ts";
import { type FormatName, formatNames } from "../../lib/traces/detectFormat.ts";
import type { ReadOptions } from "../../lib/traces/readTraces.ts";
import { UsageError } from "../usageError.ts";
import { engineOption } from "./engineOption.ts";

const repairModes: readonly RepairMode[] = ["naive", "partial", "rebuild"];

/** Options of every verb that reads traces. */
export const readingOptions = {
  format: { type: "string", value: "name", help: `auto (default), ${formatNames.join(", ")}` },
  mapping: {
    type: "string",
    value: "file",
    help: "JSON file that says which columns hold what, for any CSV or Parquet",
  },
  repair: {
    type: "string",
    value: "mode",
    help: `how far Alibaba's traces are repaired: ${repairModes.join(", ")} (default)`,
  },
  without: {
    type: "string",
    value: "rules",
    help: `rules of structure that are not applied, of ${Object.keys(structureRules).join(",")}`,
  },
  engine: engineOption,
  memory: {
    type: "string",
    value: "size",
    help: "what the process may take, such as 4GB; the engine gets what Node leaves of it",
  },
  spill: { type: "string", value: "folder", help: "where the engine puts what does not fit its memory" },
  threads: { type: "string", value: "number", help: "threads of the engine (default: one for each core)" },
} as const;

/** How traces are read, and which rules their executions are built without. */
export interface Reading extends ReadOptions {
  without: StructureRule[];
}

/** Checks the reading options of a command line; throws a UsageError that says what would be valid. */
export async function readingOptionsOf(values: {
  format?: string;
  mapping?: string;
  repair?: string;
  without?: string;
}): Promise<Reading> {
  return {
    without: rulesOf(values.without),
    ...(values.format === undefined ? {} : { format: oneOf("format", values.format, ["auto", ...formatNames]) }),
    ...(values.repair === undefined ? {} : { repair: oneOf("repair", values.repair, repairModes) }),
    ...(values.mapping === undefined ? {} : { mapping: await readMapping(values.mapping) }),
  } as Reading;
}

function rulesOf(list = ""): StructureRule[] {
  try {
    return structureRulesOf(list.split(",").filter((name) => name !== ""));
  } catch (error) {
    throw new UsageError(`--without: ${(error as Error).message}`);
  }
}

function oneOf<Choice extends FormatName | RepairMode | "auto">(
  option: string,
  value: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw new UsageError(`--${option} ${JSON.stringify(value)} is not one of ${choices.join(", ")}`);
  return found;
}

/** Reads a column mapping; the reader itself checks that the columns exist. */
async function readMapping(path: string): Promise<ColumnMapping> {
  let mapping: unknown;
  try {
    mapping = JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path}: no mapping can be read: ${(error as Error).message}`);
  }
  const fields = mapping as Record<string, unknown>;
  for (const field of ["trace", "span", "service", "operation", "start"]) {
    if (typeof fields?.[field] !== "string") {
      throw new UsageError(
        `${path}: ${field} is ${JSON.stringify(fields?.[field]) ?? "missing"}, not the name of a column`,
      );
    }
  }
  return mapping as ColumnMapping;
}
