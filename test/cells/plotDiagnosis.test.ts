import { expect, it } from "vitest";
import { plotDistanceSteps } from "../../cells/plotDistanceSteps.ts";
import { plotDrift } from "../../cells/plotDrift.ts";
import { plotResidual } from "../../cells/plotResidual.ts";
import { worstTable } from "../../cells/worstTable.ts";
import type { Diagnosis } from "../../lib/compare/worstApis.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const known = { original: { rho: 0.5, n: 100 }, generated: { rho: 0.1, n: 100 } };
const unknown = { original: { rho: null, n: 3 }, generated: { rho: null, n: 3 } };
const diagnosis: Diagnosis = {
  ...{ service: hostile.markup, api: hostile.quotes, n: 200, ks: 0.3, floor: 0.1, ratio: 3, sparse: 0 },
  cause: { kind: "callee", text: hostile.entity },
  steps: { generated: 0.3, after: { callers: 0.3, paths: 0.2, "own time": 0.15, calls: 0.1 } },
  residual: { calls: known, parent: unknown, siblings: unknown, trace: unknown, time: unknown },
  drift: {
    ks: 0.2,
    medians: [
      { start: 0, median: 5 },
      { start: 2e6, median: 9 },
    ],
  },
  callees: [],
  quantiles: { original: [1, 2], half: [1, 2], generated: [2, 3] },
};

it("draws each figure with its numbers, and nothing where too little is known", () => {
  expect(plotDistanceSteps(diagnosis, { document }).querySelector("svg")!.getAttribute("aria-label")).toBe(
    "KS distance: as generated 0.300; callers put right 0.300; paths put right 0.200; own time put right 0.150; calls put right 0.100; noise floor 0.100",
  );
  expect(plotResidual(diagnosis, { document }).querySelector("svg")!.getAttribute("aria-label")).toBe(
    "Rank correlation of own time with what it waited for 0.50, generated 0.10",
  );
  const none = { calls: unknown, parent: unknown, siblings: unknown, trace: unknown, time: unknown };
  expect(plotResidual({ residual: none }, { document }).textContent).toContain("too few pairs");
  expect(plotDrift({ ks: null, medians: [] }, { document }).textContent).toContain("too few executions");
  expect(plotDrift(diagnosis.drift, { document }).querySelectorAll("circle").length).toBe(2);
});

it("lists what traces say as text, with the worst chosen", () => {
  const table = worstTable([diagnosis], { document });
  expect(table.value).toBe(diagnosis);
  expect(injected(table)).toEqual([]);
});
