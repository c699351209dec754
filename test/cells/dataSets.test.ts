import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataSet, dataSets } from "../../cells/dataSets.ts";

describe("dataSets", () => {
  it("lists data sets whose files are there", () => {
    expect(dataSets.map(({ id }) => id)).toEqual(expect.arrayContaining(["recording", "figure1"]));
    const files = dataSets.flatMap(({ files }) => files);
    for (const file of files) expect(existsSync(join(import.meta.dirname, "../..", file)), file).toBe(true);
    for (const { title, description } of dataSets) expect(`${title}. ${description}`).toMatch(/^\S.+\.$/);
  });

  it("finds one by its id, and lists the ids where there is none", () => {
    expect(dataSet("figure1").files).toEqual(["datasets/figure1/traces.jsonl.gz"]);
    expect(() => dataSet("figure2")).toThrow(/^there is no data set "figure2": one of .*figure1.*$/);
  });
});
