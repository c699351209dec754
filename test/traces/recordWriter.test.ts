import type { Table } from "apache-arrow";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../lib/engine/engine.ts";
import { RecordWriter } from "../../lib/traces/recordWriter.ts";

const span = {
  trace: "t",
  id: "i",
  parent: null,
  service: "s",
  operation: "o",
  kind: null,
  start: 1n,
  duration: 2,
  error: false,
  follows: false,
  peer: null,
  requestBytes: null,
  responseBytes: null,
};

function setUp() {
  const inserted: [string, Table][] = [];
  const insert = async (table: string, rows: Table) => void inserted.push([table, rows]);
  const writer = new RecordWriter({ engine: { insert } as unknown as Engine, schema: "d" }, 1);
  return { inserted, writer };
}

describe("RecordWriter", () => {
  it("inserts in batches, numbering records on", async () => {
    const { inserted, writer } = setUp();
    for (let i = 0; i < 150_000; i++) {
      writer.accept({ ...span });
      if (i % 1000 === 0) await writer.flush();
    }
    await writer.finish();
    expect(inserted.map(([table]) => table)).toEqual(Array(3).fill('"d"."records"'));
    const rows = inserted.flatMap(([, table]) => [...(table.getChild("row") as Iterable<bigint>)]);
    expect(rows.length).toBe(150_000);
    expect(rows.every((row, i) => row === BigInt(i + 1))).toBe(true);
  });

  it("inserts long texts before they amount to much", async () => {
    const { inserted, writer } = setUp();
    for (let i = 0; i < 5000; i++) {
      writer.accept({ ...span, id: "x".repeat(10_000) });
      await writer.flush();
    }
    expect(inserted.length).toBe(1);
  });

  it("counts each rule with its first record, and shows the beginning of a value", async () => {
    const { inserted, writer } = setUp();
    writer.accept({ ...span, service: null });
    writer.merge("nested-reference");
    writer.reject("bad-number", "duration", "9".repeat(500));
    writer.reject("bad-number", "duration", ["x"]);
    writer.mark("span-links", "noted");
    await writer.finish();
    const rows = (name: string) =>
      inserted
        .find(([table]) => table.includes(name))![1]
        .toArray()
        .map((row) => row.toJSON());
    expect(rows("records")).toMatchObject([{ service: "(unknown)", operation: "o", start_ns: 1n }]);
    expect(rows("rejected").map(({ row, value }) => [row, value])).toEqual([
      [3n, `${"9".repeat(200)}…`],
      [4n, "[…]"],
    ]);
    expect(rows("ledger").map((row) => Object.values(row))).toEqual([
      [1, "unknown-name", "repaired", 1n, 1n],
      [1, "nested-reference", "merged", 1n, 2n],
      [1, "bad-number", "rejected", 2n, 3n],
      [1, "span-links", "noted", 1n, 4n],
    ]);
    expect([writer.rows, writer.accepted]).toEqual([4, 1]);
  });
});
