import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { visibleText } from "../../cells/visibleText.ts";

describe("visibleText", () => {
  it("shows control characters as pictures and takes away what reorders", () => {
    expect(visibleText("a\u0000b\u001b[1m\nc\td\r")).toBe("a␀b␛[1m\nc\td␍");
    expect(visibleText("\u202egnp.exe \u2066x\u2069 \u0085")).toBe("\ufffdgnp.exe \ufffdx\ufffd \ufffd");
    expect(visibleText("\ud800x\udc00 😀")).toBe("\ufffdx\ufffd 😀");
  });

  it("leaves what can be in an XML file, cut at 2,000 characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), fc.nat(100), (text, times) => {
        const shown = visibleText(text.repeat(times));
        expect(shown.length).toBeLessThanOrEqual(2001);
        expect(() => encodeURIComponent(shown), "lone surrogates").not.toThrow();
        expect([...shown].filter((c) => c < " " && c !== "\n" && c !== "\t")).toEqual([]);
        expect(visibleText(shown)).toBe(shown.length > 2000 ? visibleText(`${shown.slice(0, 2000)}…`) : shown);
      }),
      { numRuns: 40 },
    );
  });
});
