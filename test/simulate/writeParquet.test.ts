import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { literal } from "../../lib/engine/sql.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate, simulateBatches } from "../../lib/simulate/simulate.ts";
import { writeParquet } from "../../lib/simulate/writeParquet.ts";
import { spanColumns } from "../../lib/traces/spans.ts";
import { hostileTopology } from "./hostileTopology.ts";

describe("writeParquet", () => {
  const folder = mkdtempSync(join(tmpdir(), "palette-"));
  const path = join(folder, "it's here.parquet");
  const topology = hostileTopology();
  const compiled = compile(topology);
  const options = { traces: 500, seed: 1 };
  const executions = simulate(compiled, options);
  let engine: Engine;

  beforeAll(async () => {
    engine = await openDuckDBNode();
    await writeParquet(engine, topology, simulateBatches(compiled, { ...options, batch: 200 }), path, { seed: 1 });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });
  const read = async (sql: string) =>
    [...(await engine.query(sql.replaceAll("FILE", literal(path))))].map((row) => row.toJSON());

  it("has the span table's columns and types", async () => {
    const described = await read("SELECT column_name AS name, column_type AS type FROM (DESCRIBE FROM FILE)");
    expect(Object.fromEntries(described.map(({ name, type }) => [name, type]))).toEqual(spanColumns);
  });

  it("has a span for each execution and each remote call, parents that are there, ids used once", async () => {
    const edges = Array.from(executions.edge.subarray(0, executions.length));
    const remote = edges.filter((edge) => edge >= 0 && topology.edges[edge]!.kind === "remote").length;
    const [counts] = await read(`
      SELECT count(*)::DOUBLE AS spans, count(DISTINCT (trace, id))::DOUBLE AS ids, count(DISTINCT trace)::DOUBLE AS traces,
        count(*) FILTER (WHERE parent IS NULL)::DOUBLE AS roots, count(*) FILTER (WHERE kind = 'client')::DOUBLE AS clients,
        (SELECT count(*)::DOUBLE FROM FILE c ANTI JOIN FILE p ON c.trace = p.trace AND c.parent = p.id
          WHERE c.parent IS NOT NULL) AS orphans FROM FILE`);
    const spans = executions.length + remote;
    expect(counts).toEqual({ spans, ids: spans, traces: 500, roots: 500, clients: remote, orphans: 0 });
  });

  it("keeps names and durations, with the network around the callee", async () => {
    const servers = await read(`SELECT operation, duration FROM FILE WHERE kind <> 'client' ORDER BY "row"`);
    expect(servers).toEqual(
      Array.from({ length: executions.length }, (_, row) => ({
        operation: topology.apis[executions.api[row]!]!.name.replace("\ud800", "\ufffd"),
        duration: executions.duration[row],
      })),
    );
    const around = await read(`
      SELECT DISTINCT c.operation, round(s.start - c.start, 3) AS before, round(c.duration - s.duration, 3) AS network
      FROM FILE s JOIN FILE c ON s.trace = c.trace AND s.parent = c.id WHERE c.kind = 'client' ORDER BY 1`);
    expect(around).toEqual([
      { operation: "GET /y", before: 5, network: 10 },
      { operation: "Y", before: 0, network: 0 },
    ]);
  });

  it("is the same when it is put together of pieces, which are gone afterwards", async () => {
    const other = join(folder, "pieces.parquet");
    await writeParquet(engine, topology, simulateBatches(compiled, { ...options, batch: 200 }), other, {
      seed: 1,
      piece: 300,
    });
    const [different] = await read(`SELECT count(*)::DOUBLE AS n FROM (FROM FILE EXCEPT FROM ${literal(other)})`);
    expect(different).toEqual({ n: 0 });
    const rows = await engine.query(`SELECT "row"::DOUBLE AS r FROM ${literal(other)}`);
    const numbers = Array.from(rows.getChild("r")!.toArray() as Float64Array);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect(readdirSync(folder).sort()).toEqual(["it's here.parquet", "pieces.parquet"]);
  });

  it("leaves nothing behind in the engine", async () => {
    const schemas = await read("SELECT schema_name AS name FROM duckdb_schemas() WHERE schema_name LIKE 'palette%'");
    expect(schemas).toEqual([]);
  });

  it("says in one line that a file cannot be written", async () => {
    const failing = writeParquet(engine, topology, [executions], join(folder, "missing", "x.parquet"), { seed: 1 });
    await expect(failing).rejects.toThrow(/^[^\n]*missing[^\n]*$/);
  });
});
