import { describe, expect, it } from "vitest";
import { dataSet } from "../../cells/dataSets.ts";
import { traceSource } from "../../cells/traceSource.ts";

describe("traceSource", () => {
  it("is the ready data set where no path is given", () => {
    const { description, files } = dataSet("figure1");
    expect(traceSource({ set: "figure1", path: "  " })).toEqual({ name: "figure1", addresses: files, description });
    expect(() => traceSource({ set: "none", path: "" })).toThrow(/^there is no data set "none"/);
  });

  it("is the path where one is given, named after its last part", () => {
    const named = (path: string) => traceSource({ set: "figure1", path });
    expect(named(" /data/shop/*.json.gz ")).toMatchObject({ name: "*.json.gz", addresses: ["/data/shop/*.json.gz"] });
    expect(named("/data/shop/").name).toBe("shop");
    expect(named("C:\\traces\\shop.csv").name).toBe("shop.csv");
    expect(named("/")).toMatchObject({ name: "/", addresses: ["/"] });
  });

  it("is the files that were given, before a path", () => {
    expect(traceSource({ set: "figure1", path: "x", files: ["dropped/1/a.csv", "b.csv"] })).toEqual({
      name: "a.csv",
      addresses: ["dropped/1/a.csv", "b.csv"],
      description: "Files at dropped/1/a.csv, b.csv",
    });
  });
});
