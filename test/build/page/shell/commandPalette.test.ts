import { expect, test } from "vitest";
import { matching } from "../../../../build/page/shell/commandPalette.ts";

const commands = ["Undo", "Go to cell 1: traces", "Go to cell 10: undone work", "Run cell 1", "Print"].map((name) => ({
  name,
  run() {},
}));
const found = (typed: string) => matching(commands, typed).map(({ name }) => name);

test("commands have all words that are typed, in any order, those first whose words begin so", () => {
  expect(found("")).toHaveLength(5);
  expect(found("undo")).toEqual(["Undo", "Go to cell 10: undone work"]);
  expect(found("cell  RUN")).toEqual(["Run cell 1"]);
  expect(found("race")).toEqual(["Go to cell 1: traces"]);
  expect(found("(")).toEqual([]);
});
