import { expect, it } from "vitest";
import { meanDistances } from "../../cells/meanDistances.ts";
import { compareSamples } from "../../lib/compare/compareSamples.ts";

it("meanDistances says the means of all APIs, or that there are none", () => {
  const samples = (durations: number[]) => {
    const apis = [{ service: "a", name: "A", durations: Float64Array.from(durations) }];
    return { apis, roots: apis };
  };
  const half = samples([1, 2, 3, 4]);
  const models = { simple: samples([9]), gcm: samples([1, 2, 3, 9]) };
  expect(meanDistances({ report: compareSamples(half, half, models) })).toBe(
    "Weighted by executions, the mean KS distance is 0.250 for the GCM and 1.000 for simple statistics; the noise floor is 0.000.",
  );
  const none = { apis: [], roots: [] };
  expect(meanDistances({ report: compareSamples(none, none, { simple: none, gcm: none }) })).toMatch(/no held-out/);
});
