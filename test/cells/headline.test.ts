import { expect, it } from "vitest";
import { headline } from "../../cells/headline.ts";

it("says how many times the noise floor each model is, and what is missing", () => {
  const text = headline({
    ratio: {
      pooled: { root: { gcm: 1.25, simple: 40.2 } },
      mean: { root: { gcm: 1, simple: 1 }, api: { gcm: null, simple: null } },
    },
    pooled: { root: { floor: 0.02, gcm: 0.025, simple: 0.8 } },
    mean: { root: { floor: 0, gcm: 0, simple: 0 }, api: { floor: 0, gcm: 0.1, simple: null } },
  });
  expect(text).toContain("1.3× the noise floor (KS 0.025 against 0.020); simple statistics: 40×");
  expect(text).toContain("APIs, weighted by executions: – the noise floor (KS 0.100 against 0.000)");
});
