import { expect, test } from "vitest";
import { dataSets } from "../../cells/dataSets.ts";
import { openTraces } from "../../cells/openTraces.ts";
import { traceDatabase } from "../../cells/traceDatabase.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";

test("a trace database has the data set's tables, calls by name and what is added, until its signal aborts", async () => {
  const engine = await openDuckDBNode();
  try {
    const { dataset } = await openTraces(engine, dataSets[0]!.files);
    const stop = new AbortController();
    const tables = { slow: [{ service: "orders", limit: 5 }] };
    const db = await traceDatabase(engine, dataset, { tables, signal: stop.signal });
    const [spans, slow] = [(await db.tables()).spans, (await db.tables()).slow];
    expect([spans!.includes("operation"), slow]).toEqual([true, ["service", "limit"]]);
    const counted = await db.sql`SELECT (SELECT count(*) FROM calls) AS calls,
      (SELECT count(*) FROM executions WHERE parent IS NOT NULL) AS children,
      (SELECT count(*) FROM calls JOIN slow USING (service) WHERE caller_service = ${"gateway"}) AS orders`;
    const { calls, children, orders } = counted.get(0)!.toJSON();
    expect(calls).toBe(children);
    expect(orders).toBeGreaterThan(0);
    await expect(traceDatabase(engine, dataset, { tables: { none: [] } })).rejects.toThrow(
      "the table none has no rows",
    );
    stop.abort();
    await expect.poll(async () => Object.keys(await db.tables())).not.toContain("slow");
  } finally {
    await engine.close();
  }
});
