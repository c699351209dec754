import { expect, test } from "vitest";
import { csvText } from "../../cells/csvText.ts";
import { fileName } from "../../cells/savable.ts";

test("csvText quotes what RFC 4180 quotes, and leaves no formula for a spreadsheet to run", () => {
  const rows = [
    { a: 1.5, b: 'say "x",\nthen y' },
    { b: "=cmd|' /C calc'!A0", c: [1, 2] },
    { a: Number.NaN, b: -1, c: null },
  ];
  expect(csvText(rows)).toBe(
    ["a,b,c", '1.5,"say ""x"",\nthen y",', `,'=cmd|' /C calc'!A0,"[1,2]"`, ",-1,", ""].join("\r\n"),
  );
  expect(csvText([])).toBe("\r\n");
});

test("a file's name has nothing that a path or a shell reads", () => {
  expect(fileName("../../etc/<b>pass wd</b>\u202e|;$(x)")).toBe("etc-b-pass-wd-b-x");
  expect(fileName("///")).toBe("figure");
});
