import { afterAll, expect, it } from "vitest";
import { openTraces } from "../../cells/openTraces.ts";
import { ownTimes } from "../../lib/compare/ownTimes.ts";
import { readExecutions } from "../../lib/compare/readExecutions.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { tableOf } from "../../lib/traces/dataset.ts";
import { readySet } from "./openedDataset.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

it("are those that segmentation found in SQL, for every API of a recorded system", async () => {
  const { dataset } = await openTraces(engine, [readySet("recording")]);
  const { executions, names } = await readExecutions(dataset, 1e9);
  const found = ownTimes(executions, names);
  const rows = await engine.query(`
    SELECT n.service, n.operation AS name, greatest(0, e.own)::DOUBLE AS own
    FROM ${tableOf(dataset, "executions")} e JOIN ${tableOf(dataset, "names")} n USING (api)
    WHERE NOT e.fragment ORDER BY own`);
  const truth = new Map<string, number[]>();
  for (const { service, name, own } of rows) {
    const key = `${service} ${name}`;
    truth.set(key, [...(truth.get(key) ?? []), Number(own)]);
  }
  expect(found.length).toBe(truth.size);
  for (const { service, name, durations } of found) {
    const expected = truth.get(`${service} ${name}`)!;
    expect(durations.length).toBe(expected.length);
    durations.forEach((value, i) => void expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3));
  }
});
