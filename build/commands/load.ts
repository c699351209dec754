import { registerTable } from "../../lib/engine/trino/registerTable.ts";
import { trinoAddress } from "../../lib/engine/trino/trinoAddress.ts";
import { loadedColumns, loadSpans } from "../../lib/traces/loadSpans.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { readingOptions, readingOptionsOf } from "./readingOptions.ts";
import { withDataset } from "./withDataset.ts";

/** Trace files to a table of a Trino. */
export const load = defineCommand({
  name: "load",
  summary: "write trace files as Parquet into a folder that a Trino reads, and make a table of it",
  usage: "load <files…> --engine trino://user@host:port/catalog/schema --table name --folder folder --location address",
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    ...readingOptions,
    table: { type: "string", value: "name", help: "the table: name, schema.name or catalog.schema.name" },
    folder: {
      type: "string",
      value: "folder",
      help: "where the Parquet files go: a folder, or a bucket that is mounted",
    },
    location: {
      type: "string",
      value: "address",
      help: "the same folder as the cluster knows it, such as s3://lake/spans",
    },
  },
  async run({ values, positionals, progress, print, signal }) {
    const { engine, table, folder, location } = values;
    for (const [option, value] of Object.entries({ engine, table, folder, location })) {
      if (value === undefined) throw new UsageError(`--${option} is missing`);
    }
    trinoAddress(engine!);
    const reading = await readingOptionsOf(values);
    return withDataset({ ...values, engine: "duckdb" }, async (dataset) => {
      let known = 0;
      const files = await loadSpans(dataset.engine, positionals, folder!, {
        ...reading,
        signal,
        onFile: ({ path, spans }, index, total, wasThere) => {
          if (wasThere) known++;
          progress(`${index + 1} of ${total} files: ${path}, ${spans} spans${wasThere ? ", was there" : ""}`);
        },
      });
      const rows = files.reduce((sum, { spans }) => sum + spans, 0);
      const name = await registerTable(engine!, { table: table!, columns: loadedColumns, location: location!, rows });
      const there = known > 0 ? `, ${known} of them were there already` : "";
      print(
        { table: name, files: files.length, known, spans: rows },
        `${name}: ${rows} spans of ${files.length} files${there}`,
      );
      return 0;
    });
  },
});
