import { dropKept, keptTables } from "../../lib/engine/trino/keptTables.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { clusterOption, engineOption } from "./engineOption.ts";

/** `palette tables`: what fits have kept in a Trino. */
export const tables = defineCommand({
  name: "tables",
  summary: "list the tables that fits with ?tables=name have kept in a Trino, or drop them",
  usage: "tables --engine trino://user@host:port/catalog/schema [--drop name]",
  options: {
    engine: engineOption,
    drop: { type: "string", value: "name", help: "drop what is kept under this name" },
  },
  async run({ values, print }) {
    const address = clusterOption(values.engine);
    if (address === undefined) throw new UsageError("--engine is missing: the address of a Trino");
    if (values.drop !== undefined) {
      const dropped = await dropKept(address, values.drop);
      print({ name: values.drop, dropped }, `${values.drop}: ${dropped} tables dropped`);
      return 0;
    }
    const kept = await keptTables(address);
    const lines = kept.map(({ name, tables: count }) => `${name}: ${count} tables`);
    print({ kept }, lines.join("\n") || "no tables are kept");
    return 0;
  },
});
