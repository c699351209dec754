import { tableFromArrays } from "apache-arrow";
import { expect, test } from "vitest";
import { plainValue } from "../../../build/page/plainValue.ts";

test("plainValue keeps what JSON can hold and leaves out what is no data", () => {
  expect(plainValue({ a: 1, b: "x", c: null, f: undefined, d: new Date(0), n: Number.NaN })).toEqual({
    ...{ a: 1, b: "x", c: null, d: "1970-01-01T00:00:00.000Z", n: "NaN" },
  });
  expect(plainValue([1n, 2n ** 80n, undefined])).toEqual([1, String(2n ** 80n), null]);
  expect(plainValue(new Map([["k", new Set([1, 2])]]))).toEqual({ k: [1, 2] });
  expect(plainValue(Float64Array.of(1, 2))).toEqual([1, 2]);
  expect(plainValue(tableFromArrays({ x: Int32Array.of(1, 2), y: ["a", "b"] }))).toEqual([
    { x: 1, y: "a" },
    { x: 2, y: "b" },
  ]);
  expect(plainValue(() => 1)).toBeUndefined();
  class Engine {
    kind = "x";
  }
  const engines = { one: new Engine(), other: { kind: "y", query: () => 1 } };
  expect(plainValue({ ...engines, name: "a" })).toEqual({ name: "a" });
  expect(plainValue(Promise.resolve(1))).toBeUndefined();
});

test("plainValue ends on values that hold themselves, and cuts long lists", () => {
  const circle: Record<string, unknown> = { name: "a" };
  circle.self = circle;
  expect(JSON.stringify(plainValue(circle))).toContain('"name":"a"');
  expect(plainValue(Array.from({ length: 10_001 }, () => 0))).toHaveLength(10_000);
});
