import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { numberSpans } from "../../lib/executions/numberSpans.ts";
import { hashBelow, splitTraces } from "../../lib/executions/splitTraces.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { insertSpans, readRows } from "./insertSpans.ts";

const n = 4000;
let engine: Engine;
let dataset: Dataset;
let reversed: Dataset;
beforeAll(async () => {
  engine = await openDuckDBNode();
  const spans = Array.from({ length: n }, (_, i) => ({
    trace: `trace ${i}`,
    id: "a",
    api: "A get",
    at: [i, i + 1] as [number, number],
  }));
  dataset = await insertSpans(engine, spans);
  // The other way round in rows and in time, so that the numbers of traces differ too.
  const back = spans.map((span, i) => ({ ...span, at: [n - i, n - i + 1] as [number, number] })).reverse();
  reversed = await insertSpans(engine, back, "reversed");
  await numberSpans(dataset);
  await numberSpans(reversed);
});
afterAll(() => engine.close());

async function split(of: Dataset, holdout: number, seed: number) {
  await splitTraces(of, holdout, seed);
  return readRows(
    of,
    "SELECT t.id, s.test, s.fold, s.sample FROM $split s JOIN $traces t ON t.number = s.trace ORDER BY t.id",
  );
}

/** Four standard errors of a share. */
const bound = (share: number, size: number) => 4 * Math.sqrt((share * (1 - share)) / size);

test.each([0, 0.1, 0.5, 1])("holds out a share of %d, in one half or the other", async (share) => {
  const rows = await split(dataset, share, 1);
  expect(rows).toHaveLength(n);
  const held = rows.filter((row) => row.test);
  expect(Math.abs(held.length / n - share)).toBeLessThanOrEqual(bound(share, n));
});

test("folds and samples are fair, and independent of what is held out", async () => {
  const rows = await split(dataset, 0.5, 1);
  for (const half of [true, false]) {
    const those = rows.filter((row) => row.test === half);
    const first = those.filter((row) => row.fold === 0).length / those.length;
    const sampled = those.filter((row) => (row.sample as string) < hashBelow(0.25)).length / those.length;
    expect(Math.abs(first - 0.5)).toBeLessThan(bound(0.5, those.length));
    expect(Math.abs(sampled - 0.25)).toBeLessThan(bound(0.25, those.length));
  }
});

test("depends on the trace's id and the seed only", async () => {
  const rows = await split(dataset, 0.5, 7);
  expect(await split(dataset, 0.5, 7)).toEqual(rows);
  expect(await split(reversed, 0.5, 7)).toEqual(rows);
  const other = await split(dataset, 0.5, 8);
  const agree = rows.filter((row, i) => row.test === other[i]?.test).length / n;
  expect(Math.abs(agree - 0.5)).toBeLessThan(bound(0.5, n));
});

test("a larger share holds out what a smaller one does, and more", async () => {
  const few = await split(dataset, 0.2, 3);
  const many = await split(dataset, 0.6, 3);
  expect(few.every((row, i) => !row.test || many[i]?.test)).toBe(true);
});

test("the hash is MD5 of id and seed, which every engine has", async () => {
  for (const row of (await split(dataset, 0.5, 1)).slice(0, 50)) {
    const hash = createHash("md5").update(`${row.id}:1`).digest("hex");
    expect(row).toMatchObject({
      test: Number.parseInt(hash.slice(0, 8), 16) / 2 ** 32 < 0.5,
      fold: Number.parseInt(hash[8] as string, 16) < 8 ? 0 : 1,
      sample: hash.slice(16, 24),
    });
  }
});

test("a share's text stands between hashes as the share does between their values", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (share, hash) => {
      const text = hash.toString(16).padStart(8, "0");
      expect(text < hashBelow(share)).toBe(share >= 1 || hash < Math.floor(share * 2 ** 32));
    }),
  );
});
