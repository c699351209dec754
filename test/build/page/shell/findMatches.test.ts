import fc from "fast-check";
import { expect, test } from "vitest";
import { findMatches, replaceMatches } from "../../../../build/page/shell/findMatches.ts";

test("a text is found as it is, whatever it holds, and replaced as texts are", () => {
  const letters = fc.string({
    unit: fc.constantFrom("a", "A", "b", ".", "$", "\\", "(", "é", "\u{1f600}", "\n"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(letters, letters, letters, (source, text, by) => {
      const matches = findMatches([{ id: 3, source }], text, { matchCase: true });
      expect(replaceMatches(source, matches, by)).toBe(text === "" ? source : source.replaceAll(text, () => by));
      for (const { cell, from, to } of matches) expect([cell, source.slice(from, to)]).toEqual([3, text]);
    }),
  );
});

test("capitals do not matter unless they are asked to, and cells come in order", () => {
  const sources = [
    { id: 9, source: "Trace trace" },
    { id: 2, source: "TRACE" },
  ];
  expect(findMatches(sources, "trace").map(({ cell, from }) => [cell, from])).toEqual([
    [9, 0],
    [9, 6],
    [2, 0],
  ]);
  expect(findMatches(sources, "trace", { matchCase: true })).toEqual([{ cell: 9, from: 6, to: 11 }]);
});
