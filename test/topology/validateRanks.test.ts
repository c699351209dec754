import { expect, it } from "vitest";
import { binEdges } from "../../lib/gcm/rankClasses.ts";
import { validateRanks } from "../../lib/topology/validateRanks.ts";

const surroundings = { apis: new Set(["A"]), calls: new Set<string>() };
const uniform = binEdges.slice(1).map((edge, bin) => edge - binEdges[bin]!);
const validate = (weights: unknown) =>
  validateRanks([{ given: { caller: "A", "caller.rank": "2" }, n: 50, weights }], surroundings, new Set(), "ranks");

it("takes a probability for each bin, and names the place of anything else", () => {
  validate(uniform);
  expect(() => validate(uniform.slice(1))).toThrow("topology: ranks[0].weights: 11 bins are not 12");
  expect(() => validate(uniform.map((weight) => weight / 2))).toThrow(
    /^topology: ranks\[0\]\.weights: probabilities sum to 0\.5/,
  );
  expect(() => validate([Number.NaN, ...uniform.slice(1)])).toThrow(/^topology: ranks\[0\]\.weights\[0\]: /);
});
