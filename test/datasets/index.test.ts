import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatNames } from "../../lib/traces/detectFormat.ts";
import { parseTraces, readDataset } from "./otlpTraces.ts";

interface Entry {
  id: string;
  title: string;
  description: string;
  files: string[];
  format: string;
  notebook: string;
}

const folder = new URL("../../datasets/", import.meta.url);
const index = JSON.parse(readFileSync(new URL("index.json", folder), "utf8")) as Entry[];

test("ids are unique", () => {
  expect(new Set(index.map(({ id }) => id)).size).toBe(index.length);
});

test.each(index)("$id names files and a notebook that exist, and a format that can be read", (entry) => {
  expect(entry.title && entry.description).not.toBe("");
  expect(entry.files.length).toBeGreaterThan(0);
  for (const file of entry.files) expect(existsSync(new URL(file, folder))).toBe(true);
  expect(existsSync(new URL(`../${entry.notebook}`, folder))).toBe(true);
  expect(formatNames).toContain(entry.format);
});

test.each(index)("the README counts the traces and spans of $id as they are", (entry) => {
  const traces = [...parseTraces(entry.files.map(readDataset).join("")).values()];
  const count = (n: number): string => n.toLocaleString("en-US");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(
    `${count(traces.length)} traces, ${count(traces.flat().length)} spans`,
  );
});
