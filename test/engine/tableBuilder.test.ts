import { tableFromIPC, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TableBuilder } from "../../lib/engine/tableBuilder.ts";

const columns = { b: "BOOLEAN", i: "INTEGER", n: "BIGINT", d: "DOUBLE", t: "VARCHAR" } as const;

describe("TableBuilder", () => {
  it("gives back the rows it was given", () => {
    const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
    const row = fc.tuple(
      orNull(fc.boolean()),
      orNull(fc.integer()),
      orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      orNull(fc.double({ noNaN: true })),
      orNull(fc.string({ unit: "binary" })),
    );
    fc.assert(
      fc.property(fc.array(row, { maxLength: 100 }), (rows) => {
        const builder = new TableBuilder(columns);
        for (const values of rows) builder.append(values);
        const table = tableFromIPC(tableToIPC(builder.finish()));
        expect(table.toArray().map((found) => Object.values(found.toJSON()))).toEqual(rows);
        expect(builder.length).toBe(rows.length);
      }),
    );
  });

  it("encodes each text on its own, so that halves of a character do not join across rows", () => {
    const builder = new TableBuilder({ t: "VARCHAR" });
    for (const text of ["\ud83d", "\ude00", "x"]) builder.append([text]);
    expect(
      builder
        .finish()
        .toArray()
        .map((row) => row.t),
    ).toEqual(["\ufffd", "\ufffd", "x"]);
  });

  it("takes numbers and bigints as BIGINT, and counts the texts' length", () => {
    const builder = new TableBuilder({ n: "BIGINT", t: "VARCHAR" });
    builder.append([7, "abc"]);
    builder.append([1669000000000000001n, null]);
    expect(builder.textLength).toBe(3);
    expect(
      builder
        .finish()
        .toArray()
        .map((row) => row.n),
    ).toEqual([7n, 1669000000000000001n]);
  });
});
