import { expect, test } from "vitest";
import { globPattern, isGlob } from "../../lib/engine/globPattern.ts";

test.each([
  ["*.csv", ["a.csv", ".csv"], ["a.csv.gz", "b/a.csv", "acsv"]],
  ["**/*.csv", ["a.csv", "b/a.csv", "c/b/a.csv"], ["a.txt"]],
  ["data/**", ["data/a", "data/b/c"], ["other/a"]],
  ["?.c", ["a.c", "😀.c"], ["ab.c", "/.c"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "-x"]],
  ["[!a-c]x", ["dx", "😀x"], ["ax"]],
  ["[^]x", ["^x"], ["ax"]],
  ["[\\]x", ["\\x"], ["x"]],
  ["a(b)+{c}|$", ["a(b)+{c}|$"], ["ab", "abc"]],
  ["[", ["["], ["a"]],
  ["*line*", ["new\nline.csv"], ["new/line"]],
])("%s", (glob, matching, others) => {
  const pattern = globPattern(glob);
  expect(matching.filter((path) => !pattern.test(path))).toEqual([]);
  expect(others.filter((path) => pattern.test(path))).toEqual([]);
});

test("tells addresses that are patterns", () => {
  expect(["a/b.csv", "a*", "a?", "[a]", "{a,b}"].map(isGlob)).toEqual([false, true, true, true, false]);
});
