import fc from "fast-check";
import { expect, test } from "vitest";
import { textKeys } from "../../cells/textKeys.ts";

/** Texts with what their order depends on: long prefixes in common, one being another's beginning, NUL, all planes. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.tuple(fc.constantFrom("", "a", "a long prefix of many ", "é\u0000"), fc.nat(300)).map((parts) => parts.join("")),
  fc.constantFrom("", "\u0000", "\uffff", "\u{10000}", "z".repeat(40)),
);

test("textKeys are in the order of the texts by code points, and equal for equal texts alone", async () => {
  const check = async (texts: string[]) => {
    const encoded = texts.map((one) => Buffer.from(one));
    const starts = new Uint32Array(texts.length + 1);
    encoded.forEach((one, i) => {
      starts[i + 1] = starts[i]! + one.length;
    });
    const keys = await textKeys({ bytes: Buffer.concat(encoded), starts });
    const byKey = texts.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]! || a - b);
    const byText = texts.map((_, i) => i).sort((a, b) => Buffer.compare(encoded[a]!, encoded[b]!) || a - b);
    expect(byKey).toEqual(byText);
    expect(new Set(keys).size).toBe(new Set(encoded.map((one) => one.toString("hex"))).size);
  };
  await fc.assert(fc.asyncProperty(fc.array(text, { minLength: 0, maxLength: 400, size: "max" }), check), {
    numRuns: 60,
  });
});
