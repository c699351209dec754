import { check } from "./check.ts";

/**
 * Checks the loadings of a node: finite weights of parents of its own, whose squares sum to at most 1, so that the rank
 * they make stays uniform. Throws one line naming the place.
 */
export function validateLoadings(value: unknown, parents: readonly unknown[], place: string): void {
  let explained = 0;
  for (const [factor, weight] of Object.entries(check.object(value, place))) {
    const at = `${place}.${factor}`;
    if (!parents.includes(factor)) check.fail(at, `${check.shown(factor)} is not among the node's parents`);
    if (typeof weight !== "number" || !Number.isFinite(weight)) {
      check.fail(at, `${check.shown(weight)} is not a finite number`);
    }
    explained += (weight as number) ** 2;
  }
  if (explained > 1 + 1e-9) check.fail(place, `the squares of the weights sum to ${explained}, which is above 1`);
}
