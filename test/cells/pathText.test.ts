import { expect, test } from "vitest";
import { pathText } from "../../cells/pathText.ts";

const callees = new Map([
  [0, "a"],
  [1, "b"],
]);
const code = (stage: number, edge: number, asynchronous = 0) => String(stage * 2 ** 32 + edge * 2 + asynchronous);

test("pathText names stages in order, repeats once, and asynchronous calls in brackets", () => {
  expect(pathText("", callees)).toBe("calls nothing");
  const walk = [code(1, 0), code(1, 1), code(2, 0), code(3, 0), code(3, 0), code(4, 1, 1), code(5, 9)];
  expect(pathText(walk.join(" "), callees)).toBe("a, b → a → 2 a → (b) → ?");
  expect(pathText([code(1, 0), code(2, 0), code(3, 0)].join(" "), callees)).toBe("a × 3");
  const long = Array.from({ length: 12 }, (_, i) => code(i + 1, i % 2)).join(" ");
  expect(pathText(long, callees, 3)).toBe("a → b → a → 9 more");
});
