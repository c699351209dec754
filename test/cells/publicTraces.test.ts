import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { publicTraces, publicTracesTable } from "../../cells/publicTraces.ts";
import { formatNames } from "../../lib/traces/detectFormat.ts";
import { newDocument } from "./document.ts";

const document = newDocument();

describe("publicTraces", () => {
  it("are those of datasets/README.md, with the same licences and formats", () => {
    const readme = readFileSync(new URL("../../datasets/README.md", import.meta.url), "utf8");
    const section = readme.slice(readme.indexOf("## Public data"));
    const rows = section.split("\n").filter((line) => line.startsWith("| ") && !/^\| (data|---)/.test(line));
    expect(publicTraces.map(({ title }) => title)).toEqual(rows.map((row) => row.split("|")[1]!.trim()));
    for (const [i, { licence, format, address }] of publicTraces.entries()) {
      expect(rows[i]).toContain(licence);
      expect(rows[i]).toContain(format);
      const place = i > 0 && rows[i]!.includes("the same, folder") ? rows[i - 1]! : rows[i]!;
      expect(place).toContain(address.replace("https://", ""));
      expect(formatNames).toContain(format);
    }
  });

  it("are listed with links that tell nobody where they were followed from", () => {
    const links = [...publicTracesTable({ document }).querySelectorAll("a")];
    expect(links.map(({ href }) => href)).toEqual(publicTraces.map(({ address }) => address));
    expect(links.every(({ rel }) => rel === "noreferrer")).toBe(true);
  });
});
