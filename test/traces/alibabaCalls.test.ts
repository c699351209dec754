import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { RepairMode } from "../../lib/traces/alibabaCalls.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { describeWithDatasets } from "./sharedDatasets.ts";
import { csv, TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();

async function read(path: string | string[], repair: RepairMode) {
  const dataset = { engine, schema: "alibaba" };
  await readTraces(dataset, [path].flat(), { repair });
  const query = async (sql: string) => (await engine.query(sql)).toArray().map((row) => ({ ...row }));
  const ledger = await readLedger(dataset);
  const rules: Record<string, number> = {};
  for (const { rule, rows } of ledger.rules) rules[rule] = (rules[rule] ?? 0) + rows;
  return { ledger, rules, query };
}

const spans = `SELECT id, parent, service, operation, start, duration, caller_duration FROM alibaba.spans ORDER BY trace, id`;
const header2021 = ["", "traceid", "timestamp", "rpcid", "um", "rpctype", "dm", "interface", "rt"];
const header2022 = [
  "timestamp",
  "traceid",
  "service",
  "rpc_id",
  "rpctype",
  "um",
  "uminstanceid",
  "interface",
  "dm",
  "dminstanceid",
  "rt",
];

/** Traces that are one tree: every parent but the root's is there. */
const connected = `
  SELECT count(*)::INT AS traces, count(*) FILTER (roots = 1)::INT AS trees FROM (
    SELECT trace, count(*) FILTER (above IS NULL) AS roots FROM (
      SELECT s.trace, p.id AS above FROM alibaba.spans s LEFT JOIN alibaba.spans p ON p.trace = s.trace AND p.id = s.parent)
    GROUP BY trace)`;
const orphans = `
  SELECT count(*)::INT AS n FROM alibaba.spans s
  WHERE s.parent IS NOT NULL AND NOT EXISTS (FROM alibaba.spans p WHERE p.trace = s.trace AND p.id = s.parent)`;

function write2021(name: string, rows: readonly (readonly unknown[])[]): string {
  return folder.write(name, csv([header2021, ...rows.map((row, i) => [i, "t", ...row])]));
}

function write2022(name: string, rows: readonly (readonly unknown[])[]): string {
  const full = rows.map(([timestamp, rpcid, rpctype, um, api, dm, rt]) => [
    timestamp,
    "t",
    "S",
    rpcid,
    rpctype,
    um,
    "u1",
    api,
    dm,
    "d1",
    rt,
  ]);
  return folder.write(name, csv([header2022, ...full]));
}

describe("stageAlibabaCalls", () => {
  it("reads columns of numbers as those of text, as Parquet and tables have them", async () => {
    const rows = [
      [1000, "0", "(?)", "http", "A", "/a", 50],
      [1002, "0.1", "A", "rpc", "B", "b", 20],
      [1005, "0.1", "A", "rpc", "B", "b", -12],
      [1007, "0.2", "A", "mc", "", "get", 3],
      [1009, "0.2.1", "M", "db", "D", "", 1],
    ];
    const asCsv = write2021("numbers.csv", rows);
    const asParquet = join(folder.path, "numbers.parquet");
    await engine.query(
      `COPY (FROM read_csv('${asCsv}', types = {'traceid': 'VARCHAR', 'rpcid': 'VARCHAR'})) TO '${asParquet}' (FORMAT parquet)`,
    );
    const types = await engine.query(`SELECT typeof("timestamp") AS t, typeof(rt) AS rt FROM '${asParquet}' LIMIT 1`);
    expect(types.get(0)!.toJSON()).toEqual({ t: "BIGINT", rt: "BIGINT" });
    const found = await read(asParquet, "rebuild");
    const [texts, numbers] = [await found.query(spans), found.rules];
    const expected = await read(asCsv, "rebuild");
    expect(numbers).toEqual(expected.rules);
    expect(texts).toEqual(await expected.query(spans));
    expect(texts.length).toBeGreaterThan(3);
  });

  it("makes one call of two sides, and gives each its duration", async () => {
    const path = write2021("sides.csv.gz", [
      [1000, "0", "(?)", "http", "A", "/a", 50],
      [1002, "0.1", "A", "rpc", "B", "b", 20],
      [1005, "0.1", "A", "rpc", "B", "b", -12],
      [1005, "0.1", "A", "rpc", "B", "b", -12],
      [1030, "0.2", "A", "mc", "M", "", 0],
      [1040, "0.10", "A", "rpc", "C", "c", -3],
    ]);
    const { ledger, rules, query } = await read(path, "rebuild");
    expect(ledger).toMatchObject({ read: 6, accepted: 4, merged: 2, rejected: 0 });
    expect(rules).toEqual({ "two-sided-call": 1, duplicate: 1 });
    expect(await query(spans)).toEqual([
      { id: "0", parent: null, service: "A", operation: "/a", start: 0, duration: 50_000, caller_duration: 50_000 },
      { id: "0.1", parent: "0", service: "B", operation: "b", start: 5_000, duration: 12_000, caller_duration: 20_000 },
      { id: "0.10", parent: "0", service: "C", operation: "c", start: 40_000, duration: 3_000, caller_duration: null },
      { id: "0.2", parent: "0", service: "M", operation: "mc", start: 30_000, duration: 0, caller_duration: null },
    ]);
  });

  it("tells the sides of 2022 by their length", async () => {
    const path = write2022("sides-2022.csv", [
      [500, "0.1", "http", "UNKNOWN", "/a", "A", 9],
      [501, "0.1", "http", "UNKNOWN", "/a", "A", "7.0"],
      [502, "0.1.1", "rpc", "A", "b", "B", 2],
      [502, "0.1.1", "rpc", "A", "b", "B", 2],
    ]);
    const { rules, query } = await read(path, "rebuild");
    expect(rules).toEqual({ "two-sided-call": 2 });
    expect(await query(spans)).toEqual([
      { id: "0.1", parent: null, service: "A", operation: "/a", start: 0, duration: 7_000, caller_duration: 9_000 },
      {
        id: "0.1.1",
        parent: "0.1",
        service: "B",
        operation: "b",
        start: 1_000,
        duration: 2_000,
        caller_duration: 2_000,
      },
    ]);
  });

  it("repairs as much as the mode says", async () => {
    const path = write2021("modes.csv", [
      [10, "0", "(?)", "http", "A", "/a", 90],
      [20, "0.1", "Z", "rpc", "B", "b", 5],
      [21, "0.1", "A", "rpc", "", "b", 6],
      [22, "0.1", "A", "rpc", "B", "b", -4],
      [40, "0.2", "A", "rpc", "B", "b", 7],
      [41, "0.2", "A", "rpc", "B", "b", -6],
      [45, "0.2", "A", "rpc", "C", "c", 8],
      [50, "0.3", "A", "rpc", "NAN", "d", 9],
      [51, "0.3.1", "D", "db", "E", "", 1],
      [60, "0.4.1.1", "F", "mc", "M", "", 2],
    ]);
    const naive = await read(path, "naive");
    expect(naive.rules).toEqual({ "repeated-rpcid": 4, "unknown-name": 1 });
    expect((await naive.query(spans)).map(({ id, parent, service }) => [id, parent, service])).toEqual([
      ["0", null, "A"],
      ["0.1", "0", "B"],
      ["0.2", "0", "B"],
      ["0.3", "0", "(unknown)"],
      ["0.3.1", "0.3", "E"],
      ["0.4.1.1", "0.4.1", "M"],
    ]);
    const partial = await read(path, "partial");
    expect(partial.rules).toEqual({
      "um-contradicts-parent": 1,
      "dm-from-twin": 1,
      "dm-from-children": 1,
      "two-sided-call": 2,
      "repeated-rpcid": 1,
    });
    expect(await partial.query(`SELECT row::INT AS row, "column", value FROM alibaba.rejected`)).toEqual([
      { row: 2, column: "um", value: "Z" },
    ]);
    const rebuilt = await read(path, "rebuild");
    expect(rebuilt.ledger).toMatchObject({ read: 10, accepted: 7, merged: 2, rejected: 1 });
    expect(rebuilt.rules).toMatchObject({ "repeated-rpcid": 1, "synthesised-parent": 2 });
    expect(await rebuilt.query(spans)).toMatchObject([
      { id: "0", service: "A" },
      { id: "0.1", parent: "0", service: "B", duration: 4_000, caller_duration: 6_000 },
      { id: "0.2", parent: "0", service: "B", duration: 6_000, caller_duration: 7_000 },
      { id: "0.2#2", parent: "0", service: "C", duration: 8_000, caller_duration: 8_000 },
      { id: "0.3", parent: "0", service: "D" },
      { id: "0.3.1", parent: "0.3", service: "E" },
      { id: "0.4", parent: "0", service: "(unknown)", start: 50_000, duration: 2_000 },
      { id: "0.4.1", parent: "0.4", service: "F", start: 50_000, duration: 2_000 },
      { id: "0.4.1.1", parent: "0.4.1", service: "M" },
    ]);
  });

  it("joins several calls of one lost parent, of one rpcid too", async () => {
    const path = write2021("twins.csv", [
      [10, "0.3", "A", "rpc", "A", "x", 0],
      [10, "0.3", "A", "rpc", "A", "x", -1],
    ]);
    const { query } = await read(path, "rebuild");
    expect((await query(spans)).map(({ id, parent, service }) => [id, parent, service])).toEqual([
      ["0", null, "A"],
      ["0.3", "0", "A"],
      ["0.3#2", "0", "A"],
    ]);
  });

  it("joins roots below an ancestor that was lost, and leaves others", async () => {
    const path = write2021("roots.csv", [
      [10, "0.1.1", "A", "rpc", "B", "b", 5],
      [20, "0.1.2", "A", "rpc", "C", "c", 6],
      [30, "9.1", "X", "rpc", "Y", "y", 7],
    ]);
    expect((await (await read(path, "partial")).query(spans)).map(({ id, parent }) => [id, parent])).toEqual([
      ["0.1.1", null],
      ["0.1.2", null],
      ["9.1", null],
    ]);
    const { query, rules } = await read(path, "rebuild");
    expect(rules).toEqual({ "synthesised-parent": 1 });
    expect(await query(spans)).toMatchObject([
      {
        id: "0.1",
        parent: null,
        service: "A",
        operation: "(unknown)",
        start: 0,
        duration: 16_000,
        caller_duration: null,
      },
      { id: "0.1.1", parent: "0.1" },
      { id: "0.1.2", parent: "0.1" },
      { id: "9.1", parent: null },
    ]);
  });

  it("hangs a child under the call of its caller where an rpcid has several", async () => {
    const path = write2021("several.csv", [
      [10, "0", "(?)", "http", "A", "/a", 99],
      [20, "0.1", "A", "rpc", "B", "b", 30],
      [60, "0.1", "A", "rpc", "C", "c", 30],
      [65, "0.1.1", "C", "mc", "M", "", 1],
    ]);
    const { query } = await read(path, "rebuild");
    expect((await query(spans)).map(({ id, parent }) => [id, parent])).toEqual([
      ["0", null],
      ["0.1", "0"],
      ["0.1#2", "0"],
      ["0.1.1", "0.1#2"],
    ]);
  });

  it("repairs lines of 2022 with rpc_id twice, and rejects the others by name", async () => {
    const path = write2022("malformed.csv", [
      [1, "0", "http", "USER", "/a", "A", 9],
      [2, "0.1", "rpc", "A", "b", "B", "None"],
      [3, "0.2", "rpc", "A", "c", "C", 4],
      [4, "0.3", "rpc", "A", "d", "D", "MS_1"],
    ]);
    const text = readFileSync(path, "utf8").trimEnd().split("\n");
    text.splice(2, 0, "2,t,S,0.5,0.5,rpc,A,u1,e,E,d1,3", "2,t,S,0.6,0.7,rpc,A,u1,e,E,d1,3");
    const { ledger, query } = await read(folder.write("malformed.csv", `${text.join("\n")}\n`), "rebuild");
    expect(ledger.rules.map(({ rule, action, rows, example }) => [rule, action, rows, example])).toEqual([
      ["bad-number", "rejected", 1, 6],
      ["doubled-field", "repaired", 1, 2],
      ["malformed-line", "rejected", 1, 3],
      ["no-response-time", "rejected", 1, 4],
    ]);
    expect(ledger).toMatchObject({ read: 6, accepted: 3, rejected: 3 });
    expect(await query("SELECT id, row::INT AS row FROM alibaba.spans ORDER BY row")).toEqual([
      { id: "0", row: 1 },
      { id: "0.5", row: 2 },
      { id: "0.2", row: 5 },
    ]);
  });

  it("joins a trace that is spread over files", async () => {
    const first = write2021("spread-1.csv", [
      [10, "0", "(?)", "http", "A", "/a", 50],
      [20, "0.1", "A", "rpc", "B", "b", 9],
    ]);
    const second = folder.write(
      "spread-2.csv",
      csv([header2021.slice(1), ["t", 21, "0.1", "A", "rpc", "B", "b", -8], ["t", 22, "0.1.1", "B", "db", "D", "", 1]]),
    );
    const { ledger, query } = await read([first, second], "rebuild");
    expect(ledger).toMatchObject({ read: 4, accepted: 3, merged: 1 });
    expect((await query(spans)).map(({ id, parent }) => [id, parent])).toEqual([
      ["0", null],
      ["0.1", "0"],
      ["0.1.1", "0.1"],
    ]);
  });
});

describe("stageAlibabaCalls on random rows", () => {
  const rpcid = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }).map((parts) => ["0", ...parts].join("."));
  const name = fc.constantFrom("A", "B", "C", "", "(?)", "NAN", "UNKNOWN");
  const side = fc.tuple(
    ...([
      fc.integer({ min: 0, max: 9 }),
      rpcid,
      name,
      fc.constantFrom("rpc", "http", "mc", "mq", "userDefined", ""),
    ] as const),
    ...([name, fc.constantFrom("x", "y", ""), fc.integer({ min: -3, max: 3 })] as const),
  );

  it("accounts for every row, keeps ids unique, and leaves no call without its parent once rebuilt", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(side, { minLength: 1, maxLength: 30 }), fc.boolean(), async (rows, first) => {
        const path = first
          ? write2021(
              "random.csv",
              rows.map(([at, id, um, type, dm, api, rt]) => [at, id, um, type, dm, api, rt]),
            )
          : write2022(
              "random.csv",
              rows.map(([at, id, um, type, dm, api, rt]) => [at, id, type, um, api, dm, Math.abs(rt)]),
            );
        for (const mode of ["naive", "partial", "rebuild"] as const) {
          const { ledger, query } = await read(path, mode);
          expect(ledger.read).toBe(rows.length);
          const [counted] = await query(`
            SELECT count(*) FILTER (row > 0)::INT AS n, count(*) = count(DISTINCT (trace, id)) AS unique,
              count(DISTINCT (file, row)) = count(*) AS numbered, coalesce(min(duration) >= 0, true) AS sound FROM alibaba.spans`);
          expect(counted).toEqual({ n: ledger.accepted, unique: true, numbered: true, sound: true });
          if (mode !== "rebuild") expect(counted!.n).toBe(new Set(rows.map(([, id]) => id)).size);
          else {
            expect(await query(orphans)).toEqual([{ n: 0 }]);
            const lone = rows.every(([, id]) => id !== "0");
            if (lone) expect((await query(connected))[0]!.trees).toBe(1);
          }
          const all = "SELECT * FROM alibaba.spans ORDER BY file, row";
          const once = await query(all);
          await read(path, mode);
          expect(await query(all)).toEqual(once);
        }
      }),
      { numRuns: 10 },
    );
  }, 120_000);
});

describeWithDatasets("stageAlibabaCalls on genuine traces", (datasets) => {
  const files = { 2021: "mscallgraph-2021.csv.gz", 2022: "callgraph-2022.csv.gz" };
  const table = (year: 2021 | 2022) => {
    const [header, ...lines] = gunzipSync(readFileSync(join(datasets, "alibaba", files[year])))
      .toString()
      .trimEnd()
      .split("\n");
    const names = header!.trim().split(",");
    return lines.map((line) =>
      Object.fromEntries(
        line
          .trim()
          .split(",")
          .map((value, i) => [names[i]!, value]),
      ),
    );
  };

  it.each([
    [2021 as const, { rows: 967, rpcids: 768, parentless: 76, traces: 17, naive: 5, partial: 5, rebuild: 17 }],
    [2022 as const, { rows: 1000, rpcids: 838, parentless: 120, traces: 196, naive: 180, partial: 180, rebuild: 190 }],
  ])("agrees with what was measured on %i", async (year, known) => {
    const path = join(datasets, "alibaba", files[year]);
    const rpcids = new Set(table(year).map((row) => `${row.traceid} ${row.rpcid ?? row.rpc_id}`));
    const naive = await read(path, "naive");
    expect(naive.ledger).toMatchObject({ read: known.rows, accepted: known.rpcids, rejected: 0 });
    expect(rpcids.size).toBe(known.rpcids);
    expect(await naive.query(orphans)).toEqual([{ n: known.parentless }]);
    expect(await naive.query(connected)).toEqual([{ traces: known.traces, trees: known.naive }]);
    const partial = await read(path, "partial");
    expect(partial.ledger.accepted).toBe(known.rpcids);
    expect(await partial.query(connected)).toEqual([{ traces: known.traces, trees: known.partial }]);
    const rebuild = await read(path, "rebuild");
    expect(rebuild.ledger.accepted).toBeGreaterThan(known.rpcids);
    expect(await rebuild.query(connected)).toEqual([{ traces: known.traces, trees: known.rebuild }]);
    expect(await rebuild.query(orphans)).toEqual([{ n: 0 }]);
  });
});
