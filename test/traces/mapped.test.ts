import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { ColumnMapping } from "../../lib/traces/columnMapping.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { csv, TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const dataset = { engine, schema: "mapped" };
const query = async (sql: string) => (await engine.query(sql)).toArray().map((row) => ({ ...row }));

const mapping: ColumnMapping = {
  trace: "tid",
  span: "sid",
  parent: "pid",
  service: "app",
  operation: "op",
  start: "t0",
};

describe("mapped", () => {
  it.each([
    ["s", "1.000000001", "0.25", "0.5"],
    ["ms", "1000.000001", "250", "500"],
    ["us", "1000000.001", "250000", "500000"],
    ["ns", "1000000001", "250000000", "500000000"],
  ] as const)("reads times in %s, by duration or by end", async (unit, start, later, long) => {
    const rows = [
      ["tid", "sid", "pid", "app", "op", "t0", "dur", "t1"],
      ["t", "a", "", "web", "get", start, long, Number(start) + Number(long)],
      [
        "t",
        "b",
        "a",
        "db",
        "put",
        String(Number(start) + Number(later)),
        long,
        Number(start) + Number(later) + Number(long),
      ],
    ];
    const path = folder.write("units.csv", csv(rows));
    for (const by of [
      { duration: "dur", durationUnit: unit },
      { end: "t1", endUnit: unit },
    ] as const) {
      await readTraces(dataset, [path], { mapping: { ...mapping, startUnit: unit, ...by } });
      const spans = await query("SELECT id, parent, start, duration FROM mapped.spans ORDER BY id");
      expect(spans).toMatchObject([
        { id: "a", parent: null, start: 0 },
        { id: "b", parent: "a" },
      ]);
      expect(spans[1]!.start).toBeCloseTo(250_000, 2);
      expect(spans[1]!.duration).toBeCloseTo(500_000, 2);
      expect(await query("SELECT origin_ns::VARCHAR AS ns FROM mapped.origin")).toEqual([{ ns: "1000000001" }]);
    }
  });

  it("reads kind, error, payload and further columns, from Parquet with types of its own", async () => {
    const path = join(folder.path, "typed.parquet");
    await engine.query(`
      COPY (SELECT 7::BIGINT AS tid, i AS sid, CASE WHEN i > 0 THEN 0 END AS pid, 'web' AS app, 'get' AS op,
          TIMESTAMP '2024-01-01 00:00:00' + to_microseconds(i * 10) AS t0, 2.5 AS dur, 3 AS kind, i = 1 AS failed,
          100 * i AS bytes, 'gpu' AS unit, i / 4 AS load
        FROM range(3) r(i)) TO '${path}' (FORMAT parquet)`);
    const options: ColumnMapping = {
      ...mapping,
      startUnit: "timestamp",
      duration: "dur",
      durationUnit: "ms",
      kind: "kind",
      error: "failed",
      requestBytes: "bytes",
      peer: "unit",
      properties: ["load"],
    };
    await readTraces(dataset, [path], { mapping: options });
    const spans = await query(
      "SELECT trace, id, parent, kind, start, duration, error, peer, request_bytes FROM mapped.spans ORDER BY id",
    );
    expect(spans).toEqual(
      [0, 1, 2].map((i) => ({
        ...{ trace: "7", id: `${i}`, parent: i > 0 ? "0" : null, kind: "client", start: 10 * i, duration: 2500 },
        ...{ error: i === 1, peer: "gpu", request_bytes: 100 * i },
      })),
    );
    expect(await query("SELECT name, value FROM mapped.properties ORDER BY row")).toEqual(
      [0, 0.25, 0.5].map((value) => ({ name: "load", value })),
    );
  });

  it("reads the span table back as CSV and as Parquet", async () => {
    const rows = [
      ["tid", "sid", "pid", "app", "op", "t0", "dur"],
      ["t", "a", "", "web", "get", "100.001", "12.345"],
      ["t", "b", "a", "", "put", "101", "3"],
    ];
    await readTraces(dataset, [folder.write("first.csv", csv(rows))], { mapping: { ...mapping, duration: "dur" } });
    const all = "SELECT * EXCLUDE (file, row) FROM mapped.spans ORDER BY id";
    const first = await query(all);
    for (const format of ["csv", "parquet"]) {
      const path = join(folder.path, `spans.${format}`);
      await engine.query(`COPY mapped.spans TO '${path}' (FORMAT ${format})`);
      const { files } = await readTraces(dataset, [path]);
      expect(files).toMatchObject([{ format: "spans", rows: 2 }]);
      expect(await query(all)).toMatchObject(first.map(({ error, follows, ...rest }) => rest));
    }
  });

  it("rejects rows by name, and mappings that do not fit", async () => {
    const path = folder.write(
      "bad.csv",
      csv([
        ["tid", "sid", "pid", "app", "op", "t0", "t1", "bytes"],
        ["t", "a", "root", "web", "get", 5, 4, 1],
        ["t", "b", "", "web", "get", 5, "", 1],
        ["t", "c", "", "web", "get", 5, 6, -1],
        ["t", "d", "", "web", "get", 5, 6, ""],
      ]),
    );
    await readTraces(dataset, [path], { mapping: { ...mapping, end: "t1", requestBytes: "bytes" } });
    const { rules, accepted } = await readLedger(dataset);
    expect(accepted).toBe(1);
    expect(rules.map(({ rule, rows, example }) => [rule, rows, example])).toEqual([
      ["bad-number", 2, 2],
      ["end-before-start", 1, 1],
    ]);
    await expect(readTraces(dataset, [path], { mapping })).rejects.toThrow("names neither a duration nor an end");
    await expect(readTraces(dataset, [path], { format: "mapped" })).rejects.toThrow("`mapped` needs a column mapping");
  });
});
