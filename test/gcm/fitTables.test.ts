import { tableFromArrays } from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../datasets/random.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { fitTables } from "../../lib/gcm/fitTables.ts";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import { tableDistance } from "../../lib/gcm/tableDistance.ts";
import type { Table } from "../../lib/topology/topology.ts";

const grid = quantileGrid();
let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

interface Row {
  key?: number;
  value: number;
  [parent: string]: number | undefined;
}

/** Fits tables of rows; parents' values are named by their number. */
async function tablesOf(rows: Row[], parents: string[] = [], value = "value"): Promise<Map<number, Table[]>> {
  const column = (name: string) => Int32Array.from(rows, (row) => row[name] ?? 0);
  const columns = Object.fromEntries(["key", ...parents].map((name) => [name, column(name)]));
  await engine.query("DROP TABLE IF EXISTS measured");
  await engine.insert("measured", tableFromArrays({ ...columns, value: Float64Array.from(rows, (row) => row.value) }));
  return fitTables(
    { engine, schema: "main" },
    grid,
    { relation: "measured", key: "key", parents, value },
    (parent, v) => `${parent}${v}`,
  );
}

/** Quantile of a sample by its definition: linear between the sorted values, which stand at i / (n − 1). */
function sampleQuantile(sorted: readonly number[], level: number): number {
  const at = level * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] as number;
  return at === low ? below : below + (at - low) * ((sorted[low + 1] as number) - below);
}

/** `n` values with a heavy tail. */
function values(n: number, seed: number, scale = 1000): number[] {
  const random = new Random(seed);
  return Array.from({ length: n }, () => random.lognormal(scale, 1));
}

describe("one distribution", () => {
  test.each([1, 2])("of %d values is the sorted sample", async (n) => {
    const sample = values(n, n);
    const tables = await tablesOf(sample.map((value) => ({ value })));
    expect(tables.get(0)).toEqual([
      { given: {}, n, values: sample.toSorted((a, b) => a - b).map((v) => Number(v.toPrecision(6))) },
    ]);
  });

  test.each([10, 63, 64, 65, 200, 10_001])("of %d values is within 0.3/√n of the sample", async (n) => {
    const sample = values(n, n);
    const [table] = (await tablesOf(sample.map((value) => ({ value })))).get(0) as [Table];
    const sorted = sample.toSorted((a, b) => a - b);
    expect(table).toMatchObject({ given: {}, n });
    const truth = { values: n < grid.length ? sorted : grid.map((level) => sampleQuantile(sorted, level)) };
    expect(tableDistance(grid, table, truth)).toBeLessThanOrEqual(0.3 / Math.sqrt(n) + 1e-4);
  });

  test("whatever its size, the quantile function gives the sample's median and ends back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 130 }),
        async (sample) => {
          const [table] = (await tablesOf(sample.map((value) => ({ value })))).get(0) as [Table];
          const sorted = sample.toSorted((a, b) => a - b);
          expect(quantile(grid, table, 0)).toBeCloseTo(sorted[0] as number, 6);
          expect(quantile(grid, table, 1)).toBeCloseTo(sorted.at(-1) as number, 6);
          // Between two values the function is linear in the logarithm: it stays between them.
          const middle = quantile(grid, table, 0.5);
          const half = (sorted.length - 1) / 2;
          const reach = Math.ceil(sorted.length * 0.04 + 0.3 * Math.sqrt(sorted.length));
          expect(middle).toBeGreaterThanOrEqual((sorted[Math.max(0, Math.floor(half) - reach)] as number) - 1e-6);
          expect(middle).toBeLessThanOrEqual(
            (sorted[Math.min(sorted.length - 1, Math.ceil(half) + reach)] as number) + 1e-6,
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

test("keys are told apart, and the value may be an expression", async () => {
  const tables = await tablesOf(
    [
      { key: 3, value: -5 },
      { key: 1, value: 7 },
      { key: 3, value: 2 },
    ],
    [],
    "greatest(0, value)",
  );
  expect([...tables]).toEqual([
    [1, [{ given: {}, n: 1, values: [7] }]],
    [3, [{ given: {}, n: 2, values: [0, 2] }]],
  ]);
});

/** The first table that holds in a context. */
function serving(tables: readonly Table[], context: Record<string, string>): Table {
  return tables.find(({ given }) => Object.entries(given).every(([parent, name]) => context[parent] === name))!;
}

describe("one parent", () => {
  const rows = (parent: number, n: number, scale: number) =>
    values(n, 7 * parent + n, scale).map((value): Row => ({ value, path: parent }));
  const contexts = (tables: Table[] | undefined) => tables?.map(({ given }) => given.path ?? "any");

  test("keeps the contexts that differ; the table for any comes last and is that of all others", async () => {
    const tables = (await tablesOf([...rows(1, 300, 100), ...rows(2, 300, 1000), ...rows(3, 90, 9000)], ["path"])).get(
      0,
    )!;
    expect(contexts(tables)).toHaveLength(3);
    expect(contexts(tables)?.at(-1)).toBe("any");
    for (const [path, n, scale] of [
      [1, 300, 100],
      [2, 300, 1000],
      [3, 90, 9000],
    ] as const) {
      const serves = serving(tables, { path: `path${path}` });
      const sorted = rows(path, n, scale)
        .map(({ value }) => value)
        .toSorted((a, b) => a - b);
      expect(serves.n).toBe(n);
      expect(quantile(grid, serves, 0.5) / sampleQuantile(sorted, 0.5)).toBeCloseTo(1, 0);
    }
  });

  test("drops a parent that tells nothing", async () => {
    const tables = (await tablesOf([...rows(1, 300, 100), ...rows(2, 300, 100)], ["path"])).get(0);
    expect(contexts(tables)).toEqual(["any"]);
  });

  test("drops what is seen fewer than ten times", async () => {
    expect(contexts((await tablesOf([...rows(1, 300, 100), ...rows(2, 9, 9000)], ["path"])).get(0))).toEqual(["any"]);
    expect(contexts((await tablesOf([...rows(1, 300, 100), ...rows(2, 10, 9000)], ["path"])).get(0))).toEqual([
      "path2",
      "any",
    ]);
  });

  test("a parent with one value tells nothing of one key, although it does of another", async () => {
    const tables = await tablesOf(
      [...rows(1, 30, 10), ...rows(2, 30, 1000), ...rows(2, 30, 50).map((row) => ({ ...row, key: 1 }))],
      ["path"],
    );
    expect(contexts(tables.get(1))).toEqual(["any"]);
    expect(contexts(tables.get(0))).toHaveLength(2);
  });
});

describe("two parents", () => {
  /** The scale depends on the parents that matter; 40 values of each of 3 × 3 contexts. */
  const rows = (scale: (path: number, caller: number) => number) =>
    [0, 1, 2].flatMap((path) =>
      [0, 1, 2].flatMap((caller) =>
        values(60, 10 * path + caller, scale(path, caller)).map((value): Row => ({ value, path, caller })),
      ),
    );
  test.each<[string, (path: number, caller: number) => number]>([
    ["path", (path) => 10 ** (path + 1)],
    ["caller", (_, caller) => 10 ** (caller + 1)],
  ])("keeps the one that matters: %s", async (matters, scale) => {
    const tables = (await tablesOf(rows(scale), ["path", "caller"])).get(0) ?? [];
    // The third is what the others leave to any context.
    expect(tables.filter(({ given }) => Object.keys(given).join() === matters)).toHaveLength(2);
    // What does not matter is kept by chance alone, which 1/√n leaves to one context in ten.
    expect(tables.length).toBeLessThan(1 + 2 + 9 / 2);
    for (const path of [0, 1, 2])
      for (const caller of [0, 1, 2]) {
        const here: Record<string, string> = { path: `path${path}`, caller: `caller${caller}` };
        const median = quantile(grid, serving(tables, here), 0.5) / (scale(path, caller) * Math.exp(-0.5));
        expect(median > 0.5 && median < 2).toBe(true);
      }
  });

  test("keeps both where only together they tell", async () => {
    const tables = (
      await tablesOf(
        rows((path, caller) => ((path + caller) % 3 === 0 ? 10 : 5000)),
        ["path", "caller"],
      )
    ).get(0);
    for (const path of [0, 1, 2])
      for (const caller of [0, 1, 2]) {
        const found = serving(tables!, { path: `path${path}`, caller: `caller${caller}` });
        expect(quantile(grid, found, 0.5) < 200).toBe((path + caller) % 3 === 0);
      }
  });

  test("finer contexts come before coarser ones, so that the first that holds is the finest", async () => {
    const tables =
      (
        await tablesOf(
          rows((path, caller) => 10 ** (path + caller)),
          ["path", "caller"],
        )
      ).get(0) ?? [];
    const sizes = tables.map(({ given }) => Object.keys(given).length);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.at(-1)).toBe(0);
    const firstCaller = tables.findIndex(({ given }) => given.caller && !given.path);
    const lastPath = tables.findLastIndex(({ given }) => given.path && !given.caller);
    if (firstCaller >= 0 && lastPath >= 0) expect(firstCaller).toBeGreaterThan(lastPath);
  });

  test("every table counts the rows for which no finer one holds", async () => {
    const all = rows((path, caller) => 10 ** (path + caller)).map((row, i) => ({
      ...row,
      caller: i % 7 === 0 ? 5 : row.caller,
    }));
    const tables = (await tablesOf(all, ["path", "caller"])).get(0)!;
    const counts = new Map<Table, number>();
    for (const { path, caller } of all as Row[]) {
      const serves = serving(tables, { path: `path${path}`, caller: `caller${caller}` });
      counts.set(serves, (counts.get(serves) ?? 0) + 1);
    }
    for (const table of tables) expect(table.n).toBe(counts.get(table) ?? all.length);
  });

  test("does not depend on the order of rows", async () => {
    const all = rows((path, caller) => 10 ** (path + caller));
    expect(await tablesOf([...all].reverse(), ["path", "caller"])).toEqual(await tablesOf(all, ["path", "caller"]));
  });
});

test("no rows, no tables", async () => {
  await tablesOf([{ value: 1 }], ["path"]);
  const query = { relation: "(FROM measured WHERE false)", key: "key", parents: ["path"], value: "value" };
  expect(await fitTables({ engine, schema: "main" }, grid, query, String)).toEqual(new Map());
});
