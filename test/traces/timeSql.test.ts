import { afterAll, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { TimeUnit } from "../../lib/traces/columnMapping.ts";
import { nanosecondsOf } from "../../lib/traces/timeSql.ts";

const engine = await openDuckDBNode({ threads: 1 });
afterAll(() => engine.close());

async function nanoseconds(value: string, type: string, unit: TimeUnit): Promise<string | null> {
  const expression = nanosecondsOf({ name: "x", sql: "x", type }, unit);
  const rows = await engine.query(`SELECT (${expression})::VARCHAR AS ns FROM (SELECT ${value}::${type} AS x)`);
  return rows.get(0)!.ns;
}

it.each([
  ["1661140374351773094", "ns", "1661140374351773094"],
  ["1661140374351773.094", "us", "1661140374351773094"],
  ["1661140374351.773094999", "ms", "1661140374351773094"],
  ["1661140374.351773094", "s", "1661140374351773094"],
  ["7.0", "ms", "7000000"],
  ["5.", "ms", "5000000"],
  ["-3", "ms", "-3000000"],
  ["-0.5", "ms", "-500000"],
  [".25", "us", "250"],
  ["1.5e3", "us", "1500000"],
  ["2022-08-22 03:52:54.351773094", "timestamp", "1661140374351773094"],
  ["99999999999999999999", "ns", null],
  ["9999999999999999", "s", null],
  ["9999999999999999.9", "s", null],
  ["", "ms", null],
  ["None", "ms", null],
  ["MS_1.2", "ms", null],
  ["NaN", "us", null],
  ["1.2.3", "us", null],
] as const)("takes the text %j in %s for %s ns", async (text, unit, expected) => {
  expect(await nanoseconds(`'${text}'`, "VARCHAR", unit)).toBe(expected);
});

it.each([
  ["1661140374351773.25", "DOUBLE", "us", "1661140374351773250"],
  ["-0.5", "DOUBLE", "ms", "-500000"],
  ["'NaN'", "DOUBLE", "us", null],
  ["'inf'", "DOUBLE", "us", null],
  ["1e300", "DOUBLE", "us", null],
  ["1661140374", "INTEGER", "s", "1661140374000000000"],
  ["18446744073709551615", "UBIGINT", "ns", null],
  ["1661140374351.773094", "DECIMAL(20, 6)", "ms", "1661140374351773094"],
  ["'2022-08-22 03:52:54.351773094'", "TIMESTAMP_NS", "timestamp", "1661140374351773094"],
  ["'2022-08-22 03:52:54.351'", "TIMESTAMP", "timestamp", "1661140374351000000"],
] as const)("takes %s of type %s in %s for %s ns", async (value, type, unit, expected) => {
  expect(await nanoseconds(value, type, unit)).toBe(expected);
});
