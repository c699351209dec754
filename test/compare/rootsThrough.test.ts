import { describe, expect, it } from "vitest";
import { mixedLike, ofKinds, rootsThrough } from "../../lib/compare/rootsThrough.ts";
import type { Executions } from "../../lib/simulate/executions.ts";

const names = {
  services: ["web", "cart", "pay"].map((name) => ({ id: name, name })),
  apis: [
    { service: "web", name: "enter" },
    { service: "cart", name: "get" },
    { service: "pay", name: "charge" },
  ],
};

/** Traces of a root that takes so long and calls these APIs; `pay` is called by `cart`. */
function executions(traces: readonly { took: number; calls: readonly number[] }[]): Executions {
  const rows = traces.flatMap(({ took, calls }, trace) => [
    { trace, parent: -1, api: 0, duration: took },
    ...calls.map((api) => ({ trace, parent: api === 2 ? 1 : 0, api, duration: 1 })),
  ]);
  const firsts = traces.map((_, trace) => rows.findIndex((row) => row.trace === trace));
  const column = (value: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, value);
  return {
    length: rows.length,
    traces: traces.length,
    trace: Int32Array.from(column(({ trace }) => trace)),
    parent: Int32Array.from(column(({ trace, parent }) => (parent < 0 ? -1 : firsts[trace]! + parent))),
    api: Int32Array.from(column(({ api }) => api)),
    edge: new Int32Array(rows.length),
    start: new Float64Array(rows.length),
    duration: column(({ duration }) => duration),
    waited: new Float64Array(rows.length),
    stage: new Int32Array(rows.length),
    asynchronous: new Uint8Array(rows.length),
  };
}

describe("rootsThrough", () => {
  const roots = rootsThrough(
    executions([
      { took: 10, calls: [1] },
      { took: 20, calls: [] },
      { took: 30, calls: [1, 1, 2] },
      { took: 40, calls: [1] },
    ]),
    names,
    (name) => name === "cart",
  );

  it("keeps traces that come to the service, with the root and what it calls as their kind", () => {
    expect([...roots.latency]).toEqual([10, 30, 40]);
    expect(roots.trace).toEqual([0, 2, 3]);
    expect(roots.kind).toEqual(Array(3).fill("web: enter > cart: get"));
    const paying = rootsThrough(executions([{ took: 5, calls: [1, 2] }]), names, (name) => name === "pay");
    expect(paying.kind).toEqual(["web: enter > cart: get"]);
    expect(ofKinds(roots, () => false).latency).toHaveLength(0);
  });

  it("mixes kinds as they are mixed elsewhere, and says where one never occurs", () => {
    const simulated = {
      latency: Float64Array.of(1, 2, 3, 4, 100),
      kind: ["a", "a", "a", "a", "b"],
      trace: [0, 1, 2, 3, 4],
    };
    const observed = { latency: new Float64Array(4), kind: ["b", "b", "b", "a"], trace: [0, 1, 2, 3] };
    expect([...mixedLike(simulated, observed, 16)]).toEqual([1, 2, 3, 4, ...Array(12).fill(100)]);
    const unknown = { ...observed, kind: ["c", "a", "a", "a"] };
    expect([...mixedLike(simulated, unknown, 4)].at(-1)).toBe(Number.POSITIVE_INFINITY);
  });
});
