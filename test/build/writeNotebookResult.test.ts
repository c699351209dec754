import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeNotebookResult } from "../../build/writeNotebookResult.ts";

test("writeNotebookResult writes a report of each cell and the files that it names", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palette-result-"));
  for (const name of ["cell-9.html", "cell-9-1.svg", "cell-x.html"]) writeFileSync(join(folder, name), "old");
  const cell = { mode: "js", causes: [], names: [], html: "", svgs: [] };
  await writeNotebookResult(folder, {
    title: "A <b> & c",
    values: { n: 1 },
    cells: [
      { ...cell, id: 1, status: "done", elapsed: 1.26, html: "<p>x</p>", svgs: ["<svg/>", "<svg/>"] },
      { ...cell, id: 2, status: "blocked", error: "needs a", causes: [3] },
    ],
  });
  const reports = JSON.parse(readFileSync(join(folder, "cells.json"), "utf8"));
  expect(reports).toEqual([
    {
      ...{ id: 1, mode: "js", status: "done", error: null, causes: [], names: [], elapsed: 1.3 },
      files: ["cell-1.html", "cell-1-1.svg", "cell-1-2.svg"],
    },
    { id: 2, mode: "js", status: "blocked", error: "needs a", causes: [3], names: [], elapsed: null, files: [] },
  ]);
  for (const file of reports[0].files) expect(existsSync(join(folder, file))).toBe(true);
  expect(readFileSync(join(folder, "cell-1.html"), "utf8")).toContain("<title>A &lt;b> &amp; c, cell 1</title>");
  expect(JSON.parse(readFileSync(join(folder, "values.json"), "utf8"))).toEqual({ n: 1 });
  expect(readdirSync(folder).sort()).toEqual(
    ["cell-1-1.svg", "cell-1-2.svg", "cell-1.html", "cell-x.html", "cells.json", "values.json"].sort(),
  );
});
