import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { filterTraces } from "../../lib/interventions/filterTraces.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { operations } from "../../lib/interventions/operations.ts";
import { type Dataset, tableOf } from "../../lib/traces/dataset.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { recording } from "./fittedTopology.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const dataset: Dataset = { engine, schema: "filtered" };

interface Root {
  trace: number;
  id: string;
  api: string;
  duration: number;
  spans: number;
  services: string[];
  failed: boolean;
}

/** Entry executions as the fit sees them, with the spans of their trace. */
async function roots(): Promise<Root[]> {
  const t = (table: string) => tableOf(dataset, table);
  const rows = await engine.query(`
    SELECT e.trace, r.id, n.service || ': ' || n.operation AS api, e.duration, r.start,
      (SELECT count(*) FROM ${t("spans")} s WHERE s.trace = r.id)::DOUBLE AS spans,
      (SELECT string_agg(DISTINCT s.service, ',') FROM ${t("spans")} s WHERE s.trace = r.id) AS services,
      (SELECT coalesce(bool_or(s.error), false) FROM ${t("spans")} s WHERE s.trace = r.id) AS failed
    FROM ${t("executions")} e JOIN ${t("traces")} r ON r.number = e.trace JOIN ${t("names")} n USING (api)
    WHERE e.parent IS NULL ORDER BY r.id`);
  return rows.toArray().map((row) => ({ ...row.toJSON(), services: String(row.services).split(",") }) as Root);
}

const [spans, ledger] = [tableOf(dataset, "spans"), tableOf(dataset, "ledger")];
const fitted = (...interventions: Intervention[]) => fitTraces(dataset, [recording], { nodes: [], interventions });

await fitted();
const all = await roots();
await engine.query(`CREATE TABLE read_spans AS SELECT * FROM ${spans}`);

/** Filters the spans as they were read, and gives the ids of the traces that are left with their numbers of spans. */
async function filtered(...filters: Intervention[]): Promise<[string, number][]> {
  await engine.query(`CREATE OR REPLACE TABLE ${spans} AS SELECT * FROM read_spans`);
  await engine.query(`DELETE FROM ${ledger}`);
  await filterTraces(dataset, filters);
  const rows = await engine.query(`SELECT trace, count(*)::DOUBLE AS n FROM ${spans} GROUP BY trace ORDER BY trace`);
  return rows.toArray().map(({ trace, n }) => [String(trace), Number(n)]);
}

const starts = new Map<string, number>();
for (const { id, start } of (await engine.query(`SELECT id, start FROM ${tableOf(dataset, "traces")}`)).toArray())
  starts.set(String(id), Number(start));
const median = [...all].sort((a, b) => a.duration - b.duration)[all.length >> 1]!.duration;
const middle = [...starts.values()].sort((a, b) => a - b)[starts.size >> 1]!;

/** A filter, the rule it counts under, and what it keeps in words of its own. */
const cases: [Intervention, string, (root: Root) => boolean][] = [
  [{ type: "keepTime", from: middle }, "filter-time", ({ id }) => starts.get(id)! >= middle],
  [
    { type: "keepEntry", service: "gateway", name: "GET *" },
    "filter-entry",
    ({ api }) => api.startsWith("gateway: GET "),
  ],
  [{ type: "keepService", service: "not*" }, "filter-service", ({ services }) => services.includes("notices")],
  [{ type: "keepStatus", status: "error" }, "filter-status", ({ failed }) => failed],
  [{ type: "keepDuration", most: median }, "filter-duration", ({ duration }) => duration <= median],
  [{ type: "keepSize", least: 4, most: 9 }, "filter-size", ({ spans }) => spans >= 4 && spans <= 9],
  [
    { type: "dropTime", from: middle, to: middle + 5e6 },
    "filter-out-time",
    ({ id, duration }) => starts.get(id)! >= middle + 5e6 || starts.get(id)! + duration <= middle,
  ],
];

describe("filterTraces", () => {
  it("has a case of every filter", () => {
    const filters = [...operations.values()].filter(({ keep }) => keep).map(({ type }) => type);
    expect([...cases.map(([{ type }]) => type), "sampleTraces"].sort()).toEqual(filters.sort());
  });

  it.each(cases)("%j keeps whole traces, and counts the others", async (filter, rule, keeps) => {
    const expected = all.filter(keeps);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(await filtered(filter)).toEqual(expected.map(({ id, spans }) => [id, spans]));
    const lost = all.filter((root) => !keeps(root)).reduce((sum, { spans }) => sum + spans, 0);
    const { rules } = await readLedger(dataset);
    expect(rules.map((each) => [each.rule, each.action, each.rows])).toEqual([[rule, "rejected", lost]]);
  });

  it("is part of a fit, whose ledger adds up and whose provenance says so", async () => {
    const filters = [cases[1]![0], { ...cases[4]![0], note: "the faster half" }];
    const topology = await fitted(...filters);
    expect(topology.provenance.interventions).toEqual(filters);
    expect(topology.workload.mix.map(({ api }) => api).every((api) => api.startsWith("gateway: GET "))).toBe(true);
    const { read, accepted, merged, rejected, rules } = await readLedger(dataset);
    expect(accepted + merged + rejected).toBe(read);
    const executions = await engine.query(
      `SELECT count(*)::DOUBLE AS n FROM ${tableOf(dataset, "executions")} WHERE "row" > 0`,
    );
    expect(accepted).toBe(Number(executions.get(0)!.n));
    const byFilter = rules.filter((each) => each.rule.startsWith("filter-"));
    expect(byFilter.map((each) => each.rule)).toEqual(["filter-duration", "filter-entry"]);
    expect(byFilter.reduce((sum, { rows }) => sum + rows, 0)).toBe(rejected);
    expect(topology.provenance.ledger).toEqual({ read, accepted, merged, rejected });
  });

  it("samples the same traces of one seed, and others of another", async () => {
    const ids = (seed: number) => filtered({ type: "sampleTraces", share: 0.3, seed });
    const [first, again, other] = [await ids(1), await ids(1), await ids(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(Math.abs(first.length / all.length - 0.3)).toBeLessThan(0.05);
  });

  it.each<[Intervention, string]>([
    [{ type: "keepService", service: "o'nobody%" }, "interventions[0]: keepService: keeps none of the "],
    [{ type: "keepSize", least: 9, most: 4 }, "interventions[0]: keepSize: nothing lies between 9 and 4"],
    [{ type: "dropTime", from: 4, to: 4 }, "interventions[0]: dropTime: nothing lies between 4 and 4"],
    [{ type: "keepDuration" }, "interventions[0]: keepDuration: neither bound is given"],
    [{ type: "setRate", rate: 1 }, "interventions[0]: setRate: acts on a topology; give it to palette apply"],
  ])("refuses %j", async (filter, message) => {
    await expect(filtered(filter)).rejects.toThrow(message);
  });
});
