import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { trinoTypeNamed } from "../../../lib/engine/dialect/trino.ts";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../../lib/engine/engine.ts";
import { literal } from "../../../lib/engine/sql.ts";
import { trinoAddress } from "../../../lib/engine/trino/trinoAddress.ts";
import { TrinoClient } from "../../../lib/engine/trino/trinoClient.ts";
import { readTraces } from "../../../lib/traces/readTraces.ts";
import type { TrinoCluster } from "./startTrino.ts";

export const recording = "datasets/recording/traces.jsonl.gz";

/** A DuckDB that has the lake's tables by their names in Trino. */
export async function openLakeTwin(): Promise<Engine> {
  const engine = await openDuckDBNode();
  await engine.query("ATTACH ':memory:' AS hive");
  await engine.query("CREATE SCHEMA hive.lake");
  return engine;
}

/** Makes a table of a query over the recorded spans (`spans`), in the cluster and in its twin. */
export async function addTable(cluster: TrinoCluster, twin: Engine, name: string, select: string): Promise<void> {
  await twin.query(`CREATE TABLE hive.lake.${name} AS ${select}`);
  const columns = await twin.query(`SELECT column_name, column_type FROM (DESCRIBE hive.lake.${name})`);
  const folder = join(cluster.warehouse, "tables", name);
  mkdirSync(folder, { recursive: true });
  await twin.query(`COPY hive.lake.${name} TO ${literal(join(folder, "part.parquet"))} (FORMAT parquet)`);
  const list = columns.toArray().map(({ column_name, column_type }) => {
    const type = String(column_type);
    const map = type.startsWith("MAP") ? "map(varchar, varchar)" : trinoTypeNamed(type);
    return `"${String(column_name)}" ${map}`;
  });
  await lakeClient(cluster).run(
    `CREATE TABLE hive.lake.${name} (${list.join(", ")}) WITH (format = 'PARQUET', external_location = 'local:///tables/${name}')`,
  );
}

export function lakeClient({ address }: TrinoCluster): TrinoClient {
  return new TrinoClient(trinoAddress(address));
}

/** Reads the recorded spans into the twin, as the table `recorded.spans`. */
export async function readRecording(twin: Engine): Promise<void> {
  await readTraces({ engine: twin, schema: "recorded" }, [recording]);
}
