import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { collectWalks } from "../../lib/executions/collectWalks.ts";
import { codesPerStage } from "../../lib/executions/segmentStages.ts";
import type { Dataset } from "../../lib/traces/dataset.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows } from "./insertSpans.ts";
import { type NaiveExecution, naiveExecutions } from "./naiveExecutions.ts";
import { garbageSpans, randomSpans } from "./randomSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode({ threads: 2 });
});
afterAll(() => engine.close());

/** The data set's executions in the naive implementation's words. */
async function readExecutions(dataset: Dataset): Promise<NaiveExecution[]> {
  const edges = await readRows(
    dataset,
    "SELECT edge, n.service || ' ' || n.operation AS callee FROM $edges k JOIN $names n ON n.api = k.callee ORDER BY edge",
  );
  const decode = (code: number) => {
    const stage = Math.floor(code / codesPerStage);
    const rest = code - stage * codesPerStage;
    return `${stage} ${edges[Math.floor(rest / 2)]?.callee}${rest % 2 === 1 ? "~" : ""}`;
  };
  const rows = await readRows(
    dataset,
    `SELECT e.file || ':' || e."row" AS record, n.service || ' ' || n.operation AS api, e.fragment,
       p.file || ':' || p."row" AS parent, c.service || ' ' || c.operation AS caller, e.asynchronous, e.start, e.duration,
       e.waited, e.own, w.walk_text AS walk
     FROM $executions e JOIN $names n USING (api) JOIN $walks w USING (walk)
       LEFT JOIN $executions p ON p.span = e.parent LEFT JOIN $names c ON c.api = e.caller`,
  );
  return rows.map((row) => ({
    ...(row as unknown as NaiveExecution),
    walk: row.walk === "" ? [] : String(row.walk).split(" ").map(Number).map(decode).sort(),
  }));
}

const byRecord = (list: NaiveExecution[]) =>
  list
    .toSorted((a, b) => (a.record < b.record ? -1 : 1))
    .map((each) => ({ ...each, own: Math.round(each.own * 1000) / 1000 }));

describe("SQL and a naive implementation of the same words give the same executions, stages, walks and own times", () => {
  test.each([
    { tick: 1000, resolution: 1000, garbage: false },
    { tick: 1, resolution: 1, garbage: false },
    { tick: 0.25, resolution: 0.001, garbage: false },
    { tick: 1000, resolution: 1000, garbage: true },
    { tick: 7.5, resolution: 0.001, garbage: true },
  ])("ticks of $tick µs, resolution $resolution µs, garbage: $garbage", async ({ tick, resolution, garbage }) => {
    await fc.assert(
      fc.asyncProperty(randomSpans({ tick, garbage }), async (spans) => {
        const dataset = await insertSpans(engine, spans);
        await runUpTo(dataset, collectWalks, resolution);
        expect(byRecord(await readExecutions(dataset))).toEqual(byRecord(naiveExecutions(spans, resolution)));
      }),
      { numRuns: 12 },
    );
  });
});

test("whatever the spans: read = accepted + merged + rejected, and every accepted row is an execution", async () => {
  await fc.assert(
    fc.asyncProperty(garbageSpans, async (spans) => {
      const dataset = await insertSpans(engine, spans);
      await buildExecutions(dataset);
      const ledger = await readLedger(dataset);
      const [counts] = await readRows(
        dataset,
        `SELECT count(*) AS n, count(DISTINCT span) AS spans, count(DISTINCT (file, "row")) AS records,
           count(*) FILTER (WHERE parent IS NOT NULL) AS calls, count(*) FILTER (WHERE walk IS NULL) AS lost,
           count(*) FILTER (WHERE parent IS NOT NULL AND parent NOT IN (SELECT span FROM $executions)) AS orphans,
           count(*) FILTER (WHERE (parent IS NULL) <> (edge IS NULL)) AS edgeless,
           (SELECT count(*) FROM $stage_calls) AS staged, (SELECT count(*) FROM $executions WHERE parent IS NULL AND NOT fragment) AS entries,
           (SELECT count(DISTINCT trace) FROM $executions) AS traces
         FROM $executions`,
      );
      const n = spans.length - ledger.merged - ledger.rejected;
      expect(ledger).toMatchObject({ read: spans.length, accepted: n });
      expect(counts).toMatchObject({
        n,
        spans: n,
        records: n,
        lost: 0,
        orphans: 0,
        edgeless: 0,
        staged: counts?.calls,
      });
      expect(counts?.entries).toBe(counts?.traces);
    }),
    { numRuns: 25 },
  );
});

test("steps leave no tables of their own behind", async () => {
  const dataset = await insertSpans(engine, [{ id: "a", api: "A get", at: [0, 9] }], "left");
  await buildExecutions(dataset);
  const tables = await readRows(
    dataset,
    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'left' ORDER BY 1",
  );
  expect(tables.map((row) => row.table_name)).toEqual([
    "edges",
    "executions",
    "files",
    "ledger",
    "names",
    "skipped",
    "spans",
    "stage_calls",
    "stages",
    "traces",
    "walks",
  ]);
});

test("without spans there are no executions", async () => {
  const dataset = await insertSpans(engine, []);
  expect(await buildExecutions(dataset)).toBe(0.001);
  expect(await readRows(dataset, "SELECT count(*) AS n FROM $executions")).toEqual([{ n: 0 }]);
});
