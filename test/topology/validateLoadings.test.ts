import { describe, expect, it } from "vitest";
import { validateLoadings } from "../../lib/topology/validateLoadings.ts";

describe("validateLoadings", () => {
  it("takes weights of parents whose squares sum to at most 1", () => {
    expect(() => validateLoadings({ f1: 0.6, f2: -0.8 }, ["path", "f1", "f2"], "place")).not.toThrow();
  });

  it("names the place and the value of what is wrong", () => {
    const message = (value: unknown) => {
      try {
        validateLoadings(value, ["f1"], "apis[3].gcm.nodes[2].loadings");
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message({ f9: 0.1 })).toMatch(/apis\[3\]\.gcm\.nodes\[2\]\.loadings\.f9.*"f9".*parents/);
    expect(message({ f1: "much" })).toMatch(/f1.*"much".*finite number/);
    expect(message({ f1: 1.2 })).toMatch(/squares.*1\.44/);
  });
});
