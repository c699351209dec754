import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { type StructureRule, structureRules, structureRulesOf } from "../../lib/executions/structureRules.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

async function build(spans: SpanLiteral[], without: StructureRule[]) {
  const dataset = await insertSpans(engine, spans);
  await buildExecutions(dataset, without);
  const rows = await readRows(
    dataset,
    `SELECT DISTINCT n.service || ' ' || n.operation AS api, c.service || ' ' || c.operation AS caller, e.asynchronous,
       s.stage
     FROM $executions e JOIN $names n USING (api) LEFT JOIN $names c ON c.api = e.caller
       LEFT JOIN $stage_calls s ON s.span = e.span ORDER BY ALL`,
  );
  const calls = rows.filter(({ caller }) => caller !== null);
  return {
    calls: calls.map(
      ({ caller, api, asynchronous, stage }) => `${caller} > ${api} ${asynchronous ? "aside" : `in stage ${stage}`}`,
    ),
    rules: (await readLedger(dataset)).rules.map(({ rule }) => rule),
  };
}

/** 40 traces of spans, told apart by their number. */
const traces = (of: (n: number) => SpanLiteral[]) =>
  Array.from({ length: 40 }, (_, n) => of(n).map((span) => ({ ...span, trace: `t${n}` }))).flat();

const cases: Record<StructureRule, { spans: SpanLiteral[]; applied: string[]; left: string[] }> = {
  "asynchronous-call": {
    spans: [
      { id: "a", api: "A get", at: [0, 100] },
      { id: "b", parent: "a", api: "B log", at: [10, 500] },
    ],
    applied: ["A get > B log aside"],
    left: ["A get > B log in stage 1"],
  },
  "client-server-pair": {
    spans: [
      { id: "a", api: "A get", at: [0, 100] },
      { id: "c", parent: "a", api: "A call B", kind: "client", at: [10, 60] },
      { id: "b", parent: "c", api: "B read", kind: "server", at: [20, 50] },
    ],
    applied: ["A get > B read in stage 1"],
    left: ["A get > A call B in stage 1", "A call B > B read in stage 1"],
  },
  "uninstrumented-callee": {
    spans: [
      { id: "a", api: "A get", at: [0, 100] },
      { id: "c", parent: "a", api: "A select", kind: "client", peer: "db", at: [10, 60] },
    ],
    applied: ["A get > db select in stage 1"],
    left: ["A get > A select in stage 1"],
  },
  "hidden-nesting": {
    spans: traces((n) => [
      { id: "a", api: "A get", at: [0, 1000 + 100 * n] },
      { id: "l", parent: "a", api: "A load", at: [10, 200 + 100 * n] },
      { id: "b", parent: "a", api: "B read", at: [60, 160 + 100 * n] },
    ]),
    applied: ["A get > A load in stage 1", "A load > B read in stage 1"],
    left: ["A get > A load in stage 1", "A get > B read in stage 1"],
  },
  // Of 40 pairs on a clock of milliseconds 30 overlap for certain; the others touch.
  "unknown-order": {
    spans: traces((n) => [
      { id: "a", api: "A get", at: [0, 20_000] },
      { id: "b", parent: "a", api: "B read", at: [1000, 5000] },
      { id: "c", parent: "a", api: "C read", at: [n < 30 ? 2000 : 5000, 9000] },
    ]),
    applied: ["A get > B read in stage 1", "A get > C read in stage 1"],
    left: ["A get > B read in stage 1", "A get > C read in stage 1", "A get > C read in stage 2"],
  },
};

describe("structureRules", () => {
  it.each(Object.keys(structureRules) as StructureRule[])(
    "%s can be switched off, and nothing else is then",
    async (rule) => {
      const { spans, applied, left } = cases[rule];
      const others = (Object.keys(structureRules) as StructureRule[]).filter((other) => other !== rule);
      expect((await build(spans, [])).calls).toEqual(applied);
      expect((await build(spans, others)).calls).toEqual(applied);
      expect((await build(spans, [])).rules).toContain(rule);
      const off = await build(spans, [rule]);
      expect(off.calls).toEqual(left);
      expect(off.rules).not.toContain(rule);
    },
  );

  it("names the rules that there are", () => {
    expect(structureRulesOf(["hidden-nesting", "hidden-nesting"])).toEqual(["hidden-nesting"]);
    expect(() => structureRulesOf(["toString"])).toThrow(
      'there is no rule "toString"; there are asynchronous-call, client-server-pair, uninstrumented-callee, hidden-nesting, unknown-order',
    );
  });
});
