import { describe, expect, it } from "vitest";
import { structureDistance, traceStructure } from "../../lib/compare/structure.ts";
import { compile } from "../../lib/simulate/compile.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { simulate, simulateBatches } from "../../lib/simulate/simulate.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

/** Executions from (trace, parent, API) alone. */
function executions(rows: [number, number, number][]): Executions {
  const { length } = rows;
  const column = (at: 0 | 1 | 2) => Int32Array.from(rows, (row) => row[at]);
  return {
    length,
    traces: new Set(column(0)).size,
    trace: column(0),
    parent: column(1),
    api: column(2),
    edge: new Int32Array(length),
    start: new Float64Array(length),
    duration: new Float64Array(length),
    waited: new Float64Array(length),
    stage: new Int32Array(length),
    asynchronous: new Uint8Array(length),
  };
}

const keys = ["A", "B", "C"];
const twoTraces = executions([
  [0, -1, 0],
  [0, 0, 1],
  [0, 1, 2],
  [0, 0, 1],
  [0, 3, 2],
  [0, 3, 2],
  [1, -1, 0],
]);

describe("traceStructure", () => {
  it("measures a trace drawn by hand", () => {
    const structure = traceStructure(twoTraces, keys);
    expect(Array.from(structure.spans)).toEqual([1, 6]);
    expect(Array.from(structure.depth)).toEqual([1, 3]);
    expect(Array.from(structure.width)).toEqual([1, 3]);
    expect(Array.from(structure.fanOut)).toEqual([1, 2, 2]);
    expect([...structure.graphs]).toEqual([
      [JSON.stringify(["A", '["A","B"]', '["B","C"]']), 1],
      [JSON.stringify(["A"]), 1],
    ]);
  });

  it("does not depend on batches", () => {
    const topology = patternsTopology();
    const compiled = compile(topology);
    const names = topology.apis.map(({ id }) => id);
    const whole = traceStructure(simulate(compiled, { traces: 500, seed: 1 }), names);
    const batched = traceStructure(simulateBatches(compiled, { traces: 500, seed: 1, batch: 40 }), names);
    expect(batched).toEqual(whole);
  });
});

describe("structureDistance", () => {
  it("is 0 between equals, and what the shares of call graphs differ by", () => {
    const a = traceStructure(twoTraces, keys);
    expect(structureDistance(a, a)).toEqual({ spans: 0, depth: 0, width: 0, fanOut: 0, graphs: 0, distinct: [2, 2] });
    const b = traceStructure(executions([[0, -1, 0]]), keys);
    expect(structureDistance(a, b)).toEqual({
      spans: 0.5,
      depth: 0.5,
      width: 0.5,
      fanOut: 1,
      graphs: 0.5,
      distinct: [2, 1],
    });
  });

  it("compares API by name, not by number", () => {
    const a = traceStructure(executions([[0, -1, 0]]), ["A", "B"]);
    const b = traceStructure(executions([[0, -1, 1]]), ["B", "A"]);
    expect(structureDistance(a, b).graphs).toBe(0);
  });
});
