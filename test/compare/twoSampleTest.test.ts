import { describe, expect, it } from "vitest";
import { twoSampleTest } from "../../lib/compare/twoSampleTest.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { Random } from "../../lib/simulate/random.ts";

const names = {
  services: ["shop", "cart"].map((id) => ({ id, name: id })),
  apis: [
    { service: "shop", name: "buy" },
    { service: "cart", name: "get" },
  ],
};

/** Traces of two executions, each with an exponential own time: `coupled` gives both the same rank. */
function traces(seed: number, { mean = 1000, coupled = false, n = 3000 } = {}): Executions {
  const random = new Random(seed);
  const rows = 2 * n;
  const index = (of: (row: number) => number) => Int32Array.from({ length: rows }, (_, row) => of(row));
  const duration = new Float64Array(rows);
  for (let row = 0; row < rows; row += 2) {
    const rank = random.uniform();
    duration[row + 1] = -1000 * Math.log(rank);
    duration[row] = duration[row + 1]! - mean * Math.log(coupled ? rank : random.uniform());
  }
  return {
    length: rows,
    traces: n,
    trace: index((row) => row >> 1),
    parent: index((row) => (row % 2 ? row - 1 : -1)),
    api: index((row) => row % 2),
    edge: index((row) => (row % 2) - 1),
    start: new Float64Array(rows),
    duration,
    waited: duration,
    stage: index((row) => row % 2),
    asynchronous: new Uint8Array(rows),
  };
}

const test = (a: Executions, b: Executions) => twoSampleTest({ executions: a, names }, { executions: b, names });

describe("twoSampleTest", () => {
  it("cannot tell two samples of one system apart", () => {
    const areas = [1, 2, 3, 4, 5].map((seed) => test(traces(seed), traces(seed + 100)));
    for (const { bounds, n } of areas) {
      expect(n).toBe(2000);
      expect(bounds.high - bounds.low).toBeLessThan(0.06);
    }
    const mean = areas.reduce((sum, { auc }) => sum + auc, 0) / areas.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(areas.filter(({ bounds }) => bounds.low <= 0.5 && bounds.high >= 0.5).length).toBeGreaterThanOrEqual(4);
  });

  it("sees a dependence between APIs that no latency of one API shows", () => {
    expect(test(traces(1), traces(2, { coupled: true })).bounds.low).toBeGreaterThan(0.8);
  });

  it("comes near the best area there is for exponentials of means 1 and 3", () => {
    // Own times of one API differ, which a likelihood ratio tells apart with area 3/(1+3); all else is noise.
    const { auc } = test(traces(1), traces(2, { mean: 3000 }));
    expect(auc).toBeGreaterThan(0.68);
    expect(auc).toBeLessThan(0.76);
  });

  it("says nothing of nothing", () => {
    const nothing = traces(1, { n: 0 });
    expect(test(nothing, traces(2))).toMatchObject({ auc: 0.5, bounds: { low: 0, high: 1 } });
    expect(test(nothing, nothing)).toEqual({ auc: 0.5, bounds: { low: 0, high: 1 }, n: 0 });
    expect(test(traces(1, { n: 1 }), traces(2, { n: 1 })).n).toBe(1);
  });
});
