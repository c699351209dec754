import { expect, it } from "vitest";
import { toldApart } from "../../cells/toldApart.ts";

const test = (auc: number, low: number, high: number) => ({ auc, bounds: { low, high }, n: 500 });

it.each([
  [test(0.51, 0.48, 0.54), "cannot be told from the original by more than chance"],
  [test(0.55, 0.52, 0.58), "are hard to tell from the original"],
  [test(0.9, 0.88, 0.92), "can be told from the original"],
])("says in words what an area of %j means", (gcm, verdict) => {
  const said = toldApart({ floor: test(0.5, 0.47, 0.53), simple: test(1, 0.99, 1), gcm });
  expect(said).toContain(`Whole traces of the GCM ${verdict}`);
  expect(said).toContain(
    `AUC of ${gcm.auc.toFixed(2)} (${gcm.bounds.low.toFixed(2)} to ${gcm.bounds.high.toFixed(2)})`,
  );
  expect(said).toContain("for simple statistics it has 1.00");
});
