import { afterAll, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { datasetDigest } from "../../lib/traces/datasetDigest.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
let schemas = 0;

/** A data set whose two tables have these rows, in this order. */
async function digestOf(spans: string[], executions: string[] = ["(1, 'x')"]): Promise<string> {
  const schema = `digested_${schemas++}`;
  await engine.query(`CREATE SCHEMA ${schema}`);
  for (const [table, rows] of Object.entries({ spans, executions }))
    await engine.query(`CREATE TABLE ${schema}.${table} AS FROM (VALUES ${rows.join(", ")}) t(number, name)`);
  return datasetDigest({ engine, schema });
}

it("tells other rows, other multiplicities and other tables apart, and no other order", async () => {
  const rows = ["(1, 'a')", "(2, 'b')", "(3, NULL)"];
  const digest = await digestOf(rows);
  expect(await digestOf(rows.toReversed())).toBe(digest);
  const others = [
    await digestOf(["(1, 'a')", "(2, 'b')", "(3, '')"]),
    await digestOf(["(1, 'b')", "(2, 'a')", "(3, NULL)"]),
    await digestOf([...rows, "(3, NULL)", "(3, NULL)"]),
    await digestOf(rows.slice(0, 2)),
    await digestOf(rows, ["(1, 'y')"]),
  ];
  expect(new Set([digest, ...others]).size).toBe(others.length + 1);
});
