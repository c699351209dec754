import {
  Decimal,
  Dictionary,
  Field,
  Float32,
  Int8,
  Int32,
  Int64,
  List,
  makeData,
  Null,
  Table,
  tableFromIPC,
  tableToIPC,
  Uint32,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { plainTable } from "../../../lib/engine/arrow/plainTable.ts";

test("gives numbers, texts and lists in the types that every engine gives", () => {
  const decimals = makeData({
    type: new Decimal(2, 10),
    data: new Uint32Array([1250, 0, 0, 0, -5, -1, -1, -1, 0, 0, 0, 0]),
  });
  const source = new Table({
    a: vectorFromArray([1, null, -3], new Int8()),
    b: vectorFromArray([1n, null, -(2n ** 40n)], new Int64()),
    c: vectorFromArray([1n, null, 2n ** 60n], new Uint64()),
    d: vectorFromArray([4e9, 1, null], new Uint32()),
    e: vectorFromArray([0.5, null, -1], new Float32()),
    f: vectorFromArray(["x", null, "y"], new Dictionary(new Utf8(), new Int32())),
    g: vectorFromArray([[1n, null], null, []], new List(new Field("item", new Int64()))),
    h: vectorFromArray([null, null, null], new Null()),
    i: new Vector([decimals]),
    j: vectorFromArray(["kept", null, "as it is"], new Utf8()),
  });
  for (const table of [source, tableFromIPC(tableToIPC(source, "stream")), source.slice(0, 3)]) {
    const plain = plainTable(table.schema, table.batches);
    expect(plain.schema.fields.map((field) => String(field.type))).toEqual([
      ...["Int32", "Float64", "Float64", "Float64", "Float64", "Utf8", "List<Float64>", "Int32", "Float64", "Utf8"],
    ]);
    const rows = plain.toArray().map((row) => row.toJSON());
    expect(rows.map((row) => ({ ...row, g: row.g && [...row.g] }))).toEqual([
      { a: 1, b: 1, c: 1, d: 4e9, e: 0.5, f: "x", g: [1, null], h: null, i: 12.5, j: "kept" },
      { a: null, b: null, c: null, d: 1, e: null, f: null, g: null, h: null, i: -0.05, j: null },
      { a: -3, b: -(2 ** 40), c: 2 ** 60, d: null, e: -1, f: "y", g: [], h: null, i: 0, j: "as it is" },
    ]);
  }
});

test("leaves a plain table alone", () => {
  const table = new Table({ a: vectorFromArray([1], new Int32()) });
  expect(plainTable(table.schema, table.batches).batches[0]!.data).toBe(table.batches[0]!.data);
});
