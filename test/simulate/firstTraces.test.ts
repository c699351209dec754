import { describe, expect, it } from "vitest";
import { compile } from "../../lib/simulate/compile.ts";
import { firstTraces } from "../../lib/simulate/firstTraces.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

describe("firstTraces", () => {
  const executions = simulate(compile(figure1Topology()), { traces: 100, seed: 1 });

  it("keeps whole traces, in their order", () => {
    const first = firstTraces(executions, 30);
    expect(first.traces).toBe(30);
    expect(first.length).toBe(60);
    expect(new Set(first.trace.subarray(0, first.length)).size).toBe(30);
    expect(first.trace[first.length]).toBe(30);
  });

  it("gives all where there are no more, and none where none is asked for", () => {
    expect(firstTraces(executions, 100)).toBe(executions);
    expect(firstTraces(executions, 0).length).toBe(0);
  });
});
