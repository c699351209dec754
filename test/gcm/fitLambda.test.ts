import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../datasets/random.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { splitTraces } from "../../lib/executions/splitTraces.ts";
import { fitLambda } from "../../lib/gcm/fitLambda.ts";
import { insertSpans, readRows, type SpanLiteral } from "../executions/insertSpans.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

/** Fits λ of spans; by the callee's service. */
async function lambdas(spans: SpanLiteral[]) {
  const dataset = await insertSpans(engine, spans);
  await buildExecutions(dataset);
  await splitTraces(dataset, 0, 1);
  const fitted = await fitLambda(dataset);
  const edges = await readRows(dataset, "SELECT edge, n.service FROM $edges k JOIN $names n ON n.api = k.callee");
  return Object.fromEntries(edges.map(({ edge, service }) => [service, fitted.get(Number(edge))]));
}

/** Traces of `A get`, made one by one; ids are unique in all of them. */
function traces(
  n: number,
  make: (random: Random, trace: string) => { duration: number; calls: [string, number, number][] },
) {
  const random = new Random(5);
  return Array.from({ length: n }, (_, i): SpanLiteral[] => {
    const trace = `t${i}`;
    const { duration, calls } = make(random, trace);
    return [
      { trace, id: "r", api: "A get", at: [0, duration] },
      ...calls.map(
        ([service, start, length], k): SpanLiteral => ({
          trace,
          id: `c${k}`,
          parent: "r",
          api: `${service} get`,
          at: [start, start + length],
        }),
      ),
    ];
  }).flat();
}

/** µs with three digits, as a ns clock has them. */
const ns = (value: number) => Math.round(value * 1000) / 1000;

test("λ is 1 where the caller waits, for calls in a row and for the longest of concurrent ones", async () => {
  const fitted = await lambdas(
    traces(400, (random) => {
      const [b, c, d] = [random.lognormal(2000, 0.5), random.lognormal(3000, 0.5), random.lognormal(3000, 0.5)].map(
        ns,
      ) as [number, number, number];
      const own = random.lognormal(100, 0.3);
      return {
        duration: ns(own + b + Math.max(c, d)),
        calls: [
          ["B", 10, b],
          ["C", 20 + b, c],
          ["D", 20 + b, d],
        ],
      };
    }),
  );
  for (const service of ["B", "C", "D"]) {
    expect(fitted[service]?.fitted).toBeCloseTo(1, 1);
    expect(Math.abs((fitted[service]?.fitted as number) - 1)).toBeLessThan(0.02);
    expect(fitted[service]?.value).toBe(1);
  }
});

describe("a caller that waits for all of B but only for half of what C's record says it does", () => {
  const half = (own: number) => {
    const spans = traces(400, (random) => {
      const [b, c] = [ns(random.lognormal(2000, 0.5)), ns(random.lognormal(2000, 0.5))];
      return {
        duration: ns(own * random.lognormal(1, 0.2) + b + 0.5 * c),
        calls: [
          ["B", 10, b],
          ["A", ns(20 + b), ns(0.5 * c)],
        ],
      };
    });
    return spans.map((span) => {
      const local = span.api === "A get" && span.parent !== undefined;
      return local ? { ...span, api: "A c", callerDuration: 2 * (span.at[1] - span.at[0]) } : span;
    });
  };

  test("fits 1 and 1/2", async () => {
    const fitted = await lambdas(half(4000));
    expect(Math.abs((fitted.B?.fitted as number) - 1)).toBeLessThan(0.05);
    expect(Math.abs((fitted.A?.fitted as number) - 0.5)).toBeLessThan(0.05);
  });

  test("the equation keeps 1 as long as own times stay positive, else uses what was fitted", async () => {
    expect((await lambdas(half(4000))).A?.value).toBe(1);
    const fitted = await lambdas(half(100));
    expect(fitted.A?.value).toBeCloseTo(fitted.A?.fitted as number, 12);
    expect(Math.abs((fitted.A?.value as number) - 0.5)).toBeLessThan(0.05);
    expect(fitted.B?.value).toBeGreaterThan(0.9);
  });
});

test("own time that differs from walk to walk is no part of λ", async () => {
  // Executions that call B long also do more work of their own: pooled, λ would be far above 1.
  const fitted = await lambdas(
    traces(400, (random) => {
      const often = random.uniform() < 0.5;
      const b = ns(random.lognormal(often ? 5000 : 500, 0.1));
      return {
        duration: ns((often ? 50_000 : 100) + random.uniform() + b + (often ? 100 : 0)),
        calls: often
          ? [
              ["B", 10, b],
              ["C", b + 20, 100],
            ]
          : [["B", 10, b]],
      };
    }),
  );
  expect(Math.abs((fitted.B?.fitted as number) - 1)).toBeLessThan(0.01);
});

test.each([
  ["never varies", 400, 0.3],
  ["is seen in fewer than ten executions of a walk", 9, undefined],
])("an edge that %s is not told", async (_, n, constant) => {
  const fitted = await lambdas(
    traces(n, (random) => {
      const b = constant ?? ns(random.lognormal(2000, 0.5));
      return { duration: ns(10 + 5 * random.uniform() + b), calls: [["B", 1, b]] };
    }),
  );
  expect(fitted.B).toBeUndefined();
});

test("asynchronous calls have no λ", async () => {
  const fitted = await lambdas(
    traces(100, (random) => ({
      duration: ns(random.lognormal(100, 0.5)),
      calls: [["B", 10, ns(random.lognormal(90_000, 0.5))]],
    })),
  );
  expect(fitted.B).toBeUndefined();
});
