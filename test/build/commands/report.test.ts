import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { errorOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();

test.each([
  ["[", "no JSON"],
  ["{}", "it lacks ratio, pooled, mean, roots, apis"],
  [`{"ratio":1,"pooled":1,"mean":1,"roots":1,"apis":1}`, "no report as palette fit --report writes it"],
])("palette report tells in one line that %s is no report", (text, reason) => {
  const json = join(folder, "none.json");
  writeFileSync(json, text);
  expect(errorOf(runPalette(["report", json, "-o", join(folder, "none.html")]))).toContain(reason);
  expect(errorOf(runPalette(["report", json, "-o", json]))).toContain("one of the files that were read");
  expect(namesIn(folder)).toEqual(["none.json"]);
});
