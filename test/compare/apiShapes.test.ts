import { expect, it } from "vitest";
import { apiShapes } from "../../lib/compare/apiShapes.ts";
import { samplesKey } from "../../lib/compare/latencySamples.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

it("counts the executions and levels below each execution of Figure 1", () => {
  const topology = figure1Topology();
  const executions = simulate(compile(topology), { traces: 50, seed: 1 });
  const { apis, roots } = apiShapes(executions, topology);
  const b = topology.apis.find(({ name }) => name === "B")!;
  const key = samplesKey({ service: topology.services.find(({ id }) => id === b.service)!.name, name: "B" });
  expect(new Set(apis.get(key)!.depth)).toEqual(new Set([1]));
  expect(roots.has(key)).toBe(false);
  const sizes = [...roots.values()].flatMap(({ size }) => [...size]);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(executions.length);
  for (const { depth } of roots.values()) expect(new Set(depth)).toEqual(new Set([2]));
});
