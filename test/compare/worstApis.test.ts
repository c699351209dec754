import { describe, expect, it } from "vitest";
import { compareExecutions } from "../../lib/compare/compareExecutions.ts";
import { latencySamples } from "../../lib/compare/latencySamples.ts";
import { type Diagnosis, worstApis } from "../../lib/compare/worstApis.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { Random } from "../../lib/simulate/random.ts";

const names = {
  services: ["shop", "cart", "db"].map((id) => ({ id, name: id })),
  apis: [
    { service: "shop", name: "buy" },
    { service: "cart", name: "get" },
    { service: "db", name: "query" },
  ],
};
const [buy, get, query] = [0, 1, 2];

interface System {
  /** Probability that `buy` calls `get`, which calls nothing, rather than `query`. */
  cart?: number;
  /** Mean own time of `buy` and of `get`, µs. */
  own?: number;
  callee?: number;
  /** Own time of `buy` and of its callee have the same rank. */
  coupled?: boolean;
  /** Own time grows from the first trace to the last. */
  drifting?: boolean;
}

/** Traces of one entry execution that makes one call; times are exponential, so that every truth is known. */
function traces(system: System, seed: number, n = 3000): Executions {
  const { cart = 0.5, own = 1000, callee = 500, coupled = false, drifting = false } = system;
  const random = new Random(seed);
  const rows = 2 * n;
  const executions: Executions = {
    length: rows,
    traces: n,
    trace: Int32Array.from({ length: rows }, (_, row) => row >> 1),
    parent: Int32Array.from({ length: rows }, (_, row) => (row % 2 ? row - 1 : -1)),
    api: new Int32Array(rows),
    edge: new Int32Array(rows).fill(-1),
    start: new Float64Array(rows),
    duration: new Float64Array(rows),
    waited: new Float64Array(rows),
    stage: new Int32Array(rows).fill(1),
    asynchronous: new Uint8Array(rows),
  };
  for (let trace = 0; trace < n; trace++) {
    const row = 2 * trace;
    const rank = random.uniform();
    const other = coupled ? rank : random.uniform();
    const called = random.uniform() < cart ? get : query;
    const took = -(called === get ? callee : 4000) * Math.log(other);
    executions.api.set([buy, called], row);
    executions.start.set([trace * 1e4, trace * 1e4 + 1], row);
    const grown = drifting ? 0.2 + (1.6 * trace) / n : 1;
    executions.duration.set([took - grown * own * Math.log(rank), took], row);
    executions.waited.set(executions.duration.subarray(row, row + 2), row);
  }
  return executions;
}

function diagnose(original: System, generated: System, sparse: ReadonlyMap<string, number> = new Map()): Diagnosis[] {
  const [train, test, found] = [traces(original, 1), traces(original, 2), traces(generated, 3)];
  const samples = { train: latencySamples(train, names), test: latencySamples(test, names) };
  const ledger = { read: 0, accepted: 0, merged: 0, rejected: 0, rules: [] };
  const { apis } = compareExecutions(samples, { simple: found, gcm: found }, names, ledger);
  const named = (executions: Executions) => ({ executions, names });
  return worstApis(apis, { train: named(train), test: named(test), generated: named(found) }, sparse);
}

const of = (found: Diagnosis[], api: string) => found.find((one) => one.api === api)!;

describe("worstApis", () => {
  it("blames nothing but chance where the model is right", () => {
    for (const { cause, ks, floor } of diagnose({}, {})) {
      expect(ks).toBeLessThan(2.5 * floor);
      if (ks <= 1.2 * floor) expect(cause.kind).toBe("noise");
    }
  });

  it("blames the paths where calls are made in another mix", () => {
    const [first] = diagnose({}, { cart: 0.9 });
    expect(first).toMatchObject({ api: "buy", cause: { kind: "paths" } });
    expect(first!.steps.generated - first!.steps.after.paths).toBeGreaterThan(0.1);
    expect(first!.steps.after.paths).toBeLessThan(0.05);
  });

  it("blames own time where that is off, and the callee where the callee is", () => {
    expect(of(diagnose({}, { own: 3000 }), "buy").cause.kind).toBe("own time");
    const found = diagnose({ cart: 1 }, { cart: 1, callee: 2500 });
    expect(of(found, "get").cause.kind).toBe("own time");
    expect(of(found, "buy").cause).toMatchObject({ kind: "callee", text: expect.stringContaining("cart: get") });
    expect(of(found, "buy").callees[0]).toMatchObject({ service: "cart", api: "get", n: 3000 });
  });

  it("blames sparse contexts where executions ran in them", () => {
    const sparse = new Map([[JSON.stringify(["shop", "buy"]), 0.4]]);
    const { cause } = of(diagnose({}, { own: 3000 }, sparse), "buy");
    expect(cause).toMatchObject({ kind: "sparse contexts", text: expect.stringContaining("40 %") });
  });

  it("blames drift where the original drifts and own time is off", () => {
    const { cause, drift } = of(diagnose({ drifting: true }, { own: 3000 }), "buy");
    expect(cause.kind).toBe("drift");
    expect(drift.medians.at(-1)!.median).toBeGreaterThan(1.5 * drift.medians[0]!.median);
  });

  it("blames dependence where only that is missing, and says between what", () => {
    const [first] = diagnose({ cart: 1, callee: 1000, coupled: true }, { cart: 1, callee: 1000 });
    expect(first).toMatchObject({ api: "buy", cause: { kind: "dependence" } });
    expect(first!.cause.text).toContain("what it waited for");
    expect(first!.residual.calls.original.rho).toBeGreaterThan(0.99);
    expect(Math.abs(first!.residual.calls.generated.rho!)).toBeLessThan(0.06);
    expect(Math.abs(first!.residual.time.original.rho!)).toBeLessThan(0.06);
  });

  it("sees drift as correlation with the run before", () => {
    const found = of(diagnose({ drifting: true, cart: 1 }, { cart: 0, own: 5000 }), "buy");
    expect(found.residual.time.original.rho).toBeGreaterThan(0.08);
  });
});
