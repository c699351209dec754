import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitText, textWidth } from "../../cells/fitText.ts";

describe("fitText", () => {
  it("keeps what fits, on one line", () => {
    expect(fitText("GET /b\n x", 100, 12)).toBe("GET /b x");
  });

  it("keeps both ends of what does not fit", () => {
    const short = fitText("hipstershop.ProductCatalogService/GetProduct", 150, 12);
    expect(short).toMatch(/^hipster.*….*GetProduct$/);
  });

  it("fits whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.integer({ min: 20, max: 400 }), (text, width) => {
        const fitted = fitText(text, width, 12);
        expect(textWidth(fitted, 12)).toBeLessThanOrEqual(width);
        expect(() => encodeURIComponent(fitted)).not.toThrow();
        expect(fitted).not.toMatch(/\n/);
      }),
      { numRuns: 40 },
    );
  });
});
