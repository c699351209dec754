import { rm } from "node:fs/promises";
import { Bool, Table, tableFromArrays, Utf8, vectorFromArray } from "apache-arrow";
import type { Engine } from "../engine/engine.ts";
import { identifier, literal } from "../engine/sql.ts";
import type { Topology } from "../topology/topology.ts";
import type { Executions } from "./executions.ts";
import { tickOf } from "./tickOf.ts";

export interface ParquetOptions {
  /** Seed of the trace ids. */
  seed: number;
  /** Executions that wait in the engine before their spans go to a piece of the file; 1,000,000 unless told. */
  piece?: number;
}

/** Names are numbered, so that two files may be written at once. */
let written = 0;

/**
 * Writes generated traces to a Parquet file with the columns of the span table (lib/traces/spans.ts): a span for each
 * execution (`server`) and a `client` span around each call between services. Executions wait in the engine as numbers,
 * and SQL makes the spans, a million executions at a time: memory is the same however many there are. Each piece is a
 * file beside `path` until all are put together. Needs an engine that writes files and has Parquet (native DuckDB).
 * Throws one line where it cannot.
 * @param batches executions of this topology
 * @param path file to write, replaced where it exists
 */
export async function writeParquet(
  engine: Engine,
  topology: Topology,
  batches: Iterable<Executions> | AsyncIterable<Executions>,
  path: string,
  { seed, piece: pieceLength = 1_000_000 }: ParquetOptions,
): Promise<void> {
  const schema = `palette_generated_${written++}`;
  const table = (name: string) => `${identifier(schema)}.${identifier(name)}`;
  const pieces: string[] = [];
  await engine.query(`CREATE SCHEMA ${identifier(schema)}`);
  try {
    await engine.insert(table("apis"), apiTable(topology));
    await engine.insert(table("edges"), edgeTable(topology));
    const empty = `CREATE OR REPLACE TABLE ${table("executions")} (number DOUBLE, parent DOUBLE, trace INTEGER,
      api INTEGER, edge INTEGER, start DOUBLE, duration DOUBLE, waited DOUBLE, follows BOOLEAN)`;
    const spans = spansQuery(table, seed, tickOf(topology));
    const copy = (query: string, to: string) => engine.query(`COPY (${query}) TO ${literal(to)} (FORMAT parquet)`);
    await engine.query(empty);
    let [before, waiting] = [0, 0];
    for await (const batch of batches) {
      if (waiting >= pieceLength) {
        pieces.push(`${path}.${pieces.length}`);
        await copy(spans, pieces.at(-1)!);
        await engine.query(empty);
        waiting = 0;
      }
      await engine.insert(table("executions"), executionTable(batch, before));
      before += batch.length;
      waiting += batch.length;
    }
    const last =
      pieces.length > 0 ? `FROM read_parquet([${pieces.map(literal).join(", ")}]) UNION ALL (${spans})` : spans;
    await copy(last, path);
  } finally {
    await engine.query(`DROP SCHEMA ${identifier(schema)} CASCADE`);
    await Promise.all(pieces.map((piece) => rm(piece, { force: true })));
  }
}

function spansQuery(table: (name: string) => string, seed: number, tick: number): string {
  const before = `floor(round((x.waited - x.duration) / ${tick}) / 2)`;
  const half = tick < 1 ? `${before} / ${Math.round(1 / tick)}` : `${before} * ${tick}`;
  return `
    SELECT 0::INTEGER AS file, (2 * x.number + x.side)::BIGINT AS "row",
      md5(${literal(`${seed}:`)} || x.trace) AS trace,
      format('{:016x}', (2 * x.number + x.side)::BIGINT) AS id,
      CASE WHEN x.side = 2 AND e.remote THEN format('{:016x}', (2 * x.number + 1)::BIGINT)
        WHEN x.parent >= 0 THEN format('{:016x}', (2 * x.parent + 2)::BIGINT) END AS parent,
      CASE WHEN x.side = 1 THEN e.service ELSE a.service END AS service,
      CASE WHEN x.side = 1 THEN e.operation ELSE a.name END AS operation,
      CASE WHEN x.side = 1 THEN 'client' ELSE 'server' END AS kind,
      CASE WHEN x.side = 1 THEN x.start ELSE x.start + ${half} END AS start,
      CASE WHEN x.side = 1 THEN x.waited ELSE x.duration END AS duration,
      NULL::DOUBLE AS caller_duration, false AS error, x.follows AND (x.side = 1 OR NOT e.remote) AS follows,
      CASE WHEN x.side = 1 THEN a.service END AS peer,
      NULL::DOUBLE AS request_bytes, NULL::DOUBLE AS response_bytes
    FROM (
      SELECT *, unnest(CASE WHEN edge IN (SELECT edge FROM ${table("edges")} WHERE remote) THEN [1, 2] ELSE [2] END) AS side
      FROM ${table("executions")}) x
    JOIN ${table("apis")} a USING (api) LEFT JOIN ${table("edges")} e USING (edge)
    ORDER BY "row"`;
}

function apiTable({ apis, services }: Topology): Table {
  const serviceName = new Map(services.map(({ id, name }) => [id, name]));
  return new Table({
    api: vectorFromArray(Int32Array.from(apis.keys())),
    service: texts(apis.map((api) => serviceName.get(api.service)!)),
    name: texts(apis.map((api) => api.name)),
  });
}

/** What a client span says: the caller's service, and the edge's operation or the callee's name. */
function edgeTable({ apis, edges, services }: Topology): Table {
  const serviceName = new Map(services.map(({ id, name }) => [id, name]));
  const byId = new Map(apis.map((api) => [api.id, api]));
  return new Table({
    edge: vectorFromArray(Int32Array.from(edges.keys())),
    service: texts(edges.map((edge) => serviceName.get(byId.get(edge.caller)!.service)!)),
    operation: texts(edges.map((edge) => edge.operation ?? byId.get(edge.callee)!.name)),
    remote: vectorFromArray(
      edges.map((edge) => edge.kind === "remote"),
      new Bool(),
    ),
  });
}

function executionTable(batch: Executions, before: number): Table {
  const { length } = batch;
  const rows = <T extends Int32Array | Float64Array>(column: T) => column.subarray(0, length) as T;
  const numbers = Float64Array.from({ length }, (_, row) => before + row);
  const parents = Float64Array.from(rows(batch.parent), (row) => (row < 0 ? -1 : before + row));
  const columns = tableFromArrays({
    number: numbers,
    parent: parents,
    trace: rows(batch.trace),
    api: rows(batch.api),
    edge: rows(batch.edge),
    start: rows(batch.start),
    duration: rows(batch.duration),
    waited: rows(batch.waited),
  });
  const follows = vectorFromArray(Array.from(batch.asynchronous.subarray(0, length), Boolean), new Bool());
  return columns.assign(new Table({ follows }));
}

function texts(values: string[]) {
  return vectorFromArray(
    values.map((value) => value.replaceAll("\0", "")),
    new Utf8(),
  );
}
