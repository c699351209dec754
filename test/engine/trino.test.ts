import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../lib/engine/engine.ts";
import { dropKept, keptTables } from "../../lib/engine/trino/keptTables.ts";
import { registerTable } from "../../lib/engine/trino/registerTable.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { report } from "../../lib/report.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { loadedColumns, loadSpans } from "../../lib/traces/loadSpans.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { askCells, askSql } from "./trino/askCells.ts";
import { addTable, lakeClient, openLakeTwin, readRecording, recording } from "./trino/lake.ts";
import { startTrino, type TrinoCluster, trinoMissing } from "./trino/startTrino.ts";
import { TwinEngine } from "./trino/twinEngine.ts";

const missing = await trinoMissing();
if (missing) console.warn(`Trino is not tested: ${missing}`);

/** The recorded spans as the tables that people have. */
const spans = `SELECT * EXCLUDE (file, "row") FROM recorded.spans`;
const nanoseconds = "(1700000000000000000 + round(start * 1000))::BIGINT";
const tables = {
  recording: spans,
  otel_traces: `
    SELECT make_timestamp_ns(${nanoseconds}) AS "Timestamp", trace AS "TraceId", id AS "SpanId",
      coalesce(parent, '') AS "ParentSpanId", operation AS "SpanName", upper('span_kind_' || kind) AS "SpanKind",
      service AS "ServiceName", round(duration * 1000)::BIGINT AS "Duration",
      CASE WHEN error THEN 'STATUS_CODE_ERROR' ELSE 'STATUS_CODE_UNSET' END AS "StatusCode",
      MAP(['peer.service', 'http.response.body.size'], [peer, response_bytes::BIGINT::VARCHAR]) AS "SpanAttributes"
    FROM recorded.spans`,
  nezha_spans: `
    SELECT trace AS "TraceID", id AS "SpanID", coalesce(parent, 'root') AS "ParentID",
      service || '-6f7b9c8d5-x2k4z' AS "PodName", operation AS "OperationName", ${nanoseconds} AS "StartTimeUnixNano",
      ${nanoseconds} + round(duration * 1000)::BIGINT AS "EndTimeUnixNano" FROM recorded.spans WHERE kind = 'server'`,
  alibaba: `
    SELECT * FROM (VALUES
      ('t', 1000::BIGINT, '0', '(?)', 'http', 'A', '/a', 50::DOUBLE), ('t', 1002, '0.1', 'A', 'rpc', 'B', 'b', 20),
      ('t', 1005, '0.1', 'A', 'rpc', 'B', 'b', -12), ('t', 1006, '0.1', 'X', 'rpc', 'B', 'b', 4),
      ('t', 1007, '0.2', 'A', 'mc', NULL, 'get', 3), ('t', 1007, '0.2', 'A', 'mc', NULL, 'get', 3),
      ('t', 1009, '0.2.1.7', 'M', 'db', 'D', NULL, 1), ('u', 1009, '0.1.1', 'A', 'rpc', 'B', 'b', 0),
      ('u', 1011, '0.1.2', 'A', 'mq', 'C', 'c', 2), ('u', 1011, '0.1.2', 'A', 'mq', 'E', 'e', 2))
    AS v(traceid, "timestamp", rpcid, um, rpctype, dm, "interface", rt)`,
  lacking: `SELECT * EXCLUDE (duration) FROM (${spans})`,
  texts: `SELECT * REPLACE ('soon' AS start) FROM (${spans})`,
  nothing: `SELECT * FROM (${spans}) WHERE false`,
};

describe.skipIf(missing !== undefined)("Trino", () => {
  let cluster: TrinoCluster;
  let twin: Engine;
  beforeAll(async () => {
    cluster = await startTrino();
    twin = await openLakeTwin();
    await readRecording(twin);
    for (const [name, select] of Object.entries(tables)) await addTable(cluster, twin, name, select);
  }, 300_000);
  afterAll(async () => {
    await twin?.close();
    await cluster?.stop();
  });
  const tablesThere = async () =>
    (await lakeClient(cluster).run("SHOW TABLES FROM hive.lake")).rows.map(([name]) => String(name)).sort();

  test("answers every query of a fit, its report and the cells as DuckDB does, and leaves nothing behind", async () => {
    const before = await tablesThere();
    const kept = `${cluster.address}?tables=kept`;
    const engines = new TwinEngine(twin, await openTrino(kept));
    const dataset = { engine: engines, schema: "traces" };
    const topology = await fitTraces(dataset, ["recording"], { name: "lake", holdout: 0.5 });
    await report(dataset, topology, { traces: 500, bounds: false });
    await askCells(dataset, topology.apis.find(({ id }) => id === topology.workload.mix[0]!.api)!);
    expect(await askSql(dataset, "catalogue")).toBeGreaterThan(1);
    expect(engines.differences).toEqual([]);
    expect(engines.statements).toBeGreaterThan(150);
    expect(engines.rows).toBeGreaterThan(1000);

    // Whatever becomes of this process, the next one finds the executions.
    const next = await openTrino(kept);
    const [said, statements]: [string[], string[]] = [[], []];
    const query: Engine["query"] = (sql, ...rest) => {
      statements.push(sql);
      return next.query(sql, ...rest);
    };
    const again = { engine: Object.assign(Object.create(next) as Engine, { query }), schema: "traces" };
    const options = { name: "lake", holdout: 0.5, nodes: [] };
    const { apis } = await fitTraces(again, ["recording"], { ...options, say: (sentence) => said.push(sentence) });
    expect(said).toEqual(["goes on from the executions that an earlier fit left"]);
    expect(statements.filter((sql) => /"(spans|linked)" AS/.test(sql))).toEqual([]);
    expect(apis.map(({ id, executions }) => [id, executions])).toEqual(
      topology.apis.map(({ id, executions }) => [id, executions]),
    );
    await next.close();
    expect(await keptTables(cluster.address)).toEqual([{ name: "kept", tables: expect.any(Number) }]);
    await dropKept(cluster.address, "kept");
    expect(await tablesThere()).toEqual(before);
  }, 300_000);

  const mapping = {
    trace: "traceid",
    span: "spanid",
    parent: "parentid",
    service: "podname",
    operation: "operationname",
  };
  test.each([
    ["otel_traces", {}],
    ["nezha_spans", {}],
    ["alibaba", {}],
    ["nezha_spans", { ...mapping, start: "starttimeunixnano", startUnit: "ns", end: "endtimeunixnano", endUnit: "ns" }],
  ] as const)(
    "reads %s as DuckDB does, %o",
    async (name, given) => {
      const engines = new TwinEngine(twin, await openTrino(cluster.address));
      const dataset = { engine: engines, schema: `read_${name}` };
      await readTraces(dataset, [name], "trace" in given ? { mapping: given } : {});
      const read = await engines.query(`SELECT * FROM ${tableOf(dataset, "spans")} ORDER BY trace, id, "row"`);
      expect(engines.differences).toEqual([]);
      const expected = await twin.query(`SELECT count(*)::DOUBLE AS n FROM hive.lake.${name}`);
      const { rejected, merged, rules } = await readLedger(dataset);
      const made = rules.find(({ rule }) => rule === "synthesised-parent")?.rows ?? 0;
      expect(read.numRows).toBe(Number(expected.get(0)!.n) - rejected - merged + made);
      await engines.query(`DROP SCHEMA "read_${name}" CASCADE`);
    },
    60_000,
  );

  test("loads files into a table, once, and reads it as the files", async () => {
    const [engine, files] = [await openTrino(cluster.address), [recording, "datasets/figure1/traces.jsonl.gz"]];
    const folder = join(cluster.warehouse, "tables", "loaded");
    mkdirSync(folder, { recursive: true });
    const table = { table: "loaded", columns: loadedColumns, location: "local:///tables/loaded" };
    for (const expected of [1, 2]) {
      // What a load left that was broken off, of a file that this one does not read.
      const days = readdirSync(folder).filter((name) => name.startsWith("day="));
      for (const day of days) writeFileSync(join(folder, day, "0123456789abcdef_left.parquet"), "PAR1");
      const loaded = await loadSpans(twin, files.slice(0, expected), folder);
      const rows = loaded.reduce((sum, { spans }) => sum + spans, 0);
      expect(await registerTable(cluster.address, { ...table, rows })).toBe("hive.lake.loaded");
      expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".parquet")).length).toBe(
        expected,
      );
    }
    // A day without a file is a partition without rows.
    mkdirSync(join(folder, "day=1999-12-31"));
    const rows = 39_241;
    expect(await registerTable(cluster.address, { ...table, rows })).toBe("hive.lake.loaded");
    const wrong = registerTable(cluster.address, { ...table, rows: 7 });
    await expect(wrong).rejects.toThrow(/^hive.lake.loaded: has 39241 rows, and 7 were loaded/);
    const sums = async (each: Engine, addresses: string[]) => {
      const dataset = { engine: each, schema: "summed" };
      await readTraces(dataset, addresses);
      const found = await each.query(`
        SELECT service, operation, kind, count(*)::DOUBLE AS n, min(start) AS first, max(start) AS last,
          sum(round(duration * 1000)::BIGINT)::DOUBLE AS duration, count(parent)::DOUBLE AS children
        FROM ${tableOf(dataset, "spans")} GROUP BY ALL ORDER BY ALL`);
      return found.toArray().map((row) => row.toJSON() as object);
    };
    expect(await sums(engine, ["loaded"])).toEqual(await sums(twin, files));
    await engine.close();
  }, 240_000);

  describe("on its own", () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await openTrino(cluster.address);
    });
    afterAll(() => engine.close());
    const failure = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
    const reading = (table: string) => failure(readTraces({ engine, schema: "refused" }, [table]));

    test("says what is wrong with a table: a column that lacks, a type, no rows, no table", async () => {
      expect(await reading("lacking")).toMatch(/^lacking: lacks column duration, which .* needs$/);
      expect(await reading("texts")).toMatch(/^texts, row \d+, column start: bad-number "soon"; no row can be read$/);
      expect(await reading("nothing")).toMatch(/^nothing: no record of a trace$/);
      expect(await reading("nowhere")).toMatch(/^nowhere: no such table in http/);
    }, 240_000);

    test("never changes a person's table", async () => {
      for (const sql of [
        "DELETE FROM hive.lake.recording",
        "DROP TABLE hive.lake.recording",
        "INSERT INTO hive.lake.recording SELECT * FROM hive.lake.recording",
        "UPDATE hive.lake.recording SET trace = ''",
        "CREATE OR REPLACE TABLE hive.lake.recording AS SELECT 1 AS x",
      ]) {
        expect(await failure(engine.query(sql))).toMatch(/^hive.lake.recording: a table that is not Palette's own/);
      }
    });

    test("places errors, and names what to change when memory is short", async () => {
      expect(await failure(engine.query("SELECT nowhere FROM hive.lake.recording"))).toMatch(
        /^trino query \d{8}_\w+: COLUMN_NOT_FOUND: .* at line 1, column \d+: "nowhere"/,
      );
      const small = await openTrino(`${cluster.address}?query_max_memory_per_node=1MB`);
      const sorted = "SELECT list_sort(list(a.id || b.id)) AS l FROM hive.lake.recording a, hive.lake.recording b";
      expect(await failure(small.query(sorted))).toMatch(
        /EXCEEDED_LOCAL_MEMORY_LIMIT.*raise query.max-memory-per-node/,
      );
      await small.close();
    }, 240_000);

    test("cancels there what is aborted here", async () => {
      const controller = new AbortController();
      const sql =
        "SELECT count(*) AS n FROM hive.lake.recording a, hive.lake.recording b, hive.lake.recording c WHERE a.id < b.id";
      const running = engine.query(sql, [], { signal: controller.signal });
      setTimeout(() => controller.abort(new Error("enough")), 1500);
      await expect(running).rejects.toThrow("enough");
      const { rows } = await lakeClient(cluster).run(
        "SELECT state, error_code FROM system.runtime.queries WHERE query LIKE '%recording\" AS \"c\"%' AND query NOT LIKE '%system.runtime%'",
      );
      expect(rows).toEqual([["FAILED", "USER_CANCELED"]]);
    }, 240_000);

    test("keeps two runs in one schema apart, and clears up after one that crashed", async () => {
      const other = await openTrino(cluster.address);
      for (const [n, each] of [engine, other].entries())
        await each.query(`CREATE OR REPLACE TABLE "traces"."same" AS SELECT ${n} AS n`);
      expect((await engine.query('SELECT n FROM "traces"."same"')).get(0)!.n).toBe(0);
      expect((await other.query('SELECT n FROM "traces"."same"')).get(0)!.n).toBe(1);
      await other.close();
      const [mine] = (await tablesThere()).filter((name) => name.startsWith("palette_run_"));
      const dead = mine!.replace(`_${process.pid}_`, "_4194305_");
      await lakeClient(cluster).run(`CREATE TABLE hive.lake."${dead}" AS SELECT 1 AS x`);
      await (await openTrino(cluster.address)).close();
      const left = await tablesThere();
      expect([left.includes(mine!), left.includes(dead)]).toEqual([true, false]);
    }, 240_000);
  });
});
