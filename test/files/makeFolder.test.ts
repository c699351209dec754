import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { makeFolder } from "../../lib/files/makeFolder.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-folders-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("makes a folder and those above it, and leaves one that is there", async () => {
  const deep = join(folder, "a", "b", "c");
  await makeFolder(deep);
  await makeFolder(deep);
  expect(existsSync(deep)).toBe(true);
});

it("makes one from several sides at once", async () => {
  await Promise.all(["x/y/1", "x/y/2", "x/y", "x/y/1"].map((path) => makeFolder(join(folder, path))));
  expect(existsSync(join(folder, "x/y/1")) && existsSync(join(folder, "x/y/2"))).toBe(true);
});

it("refuses a file, and what is below one", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(makeFolder(join(folder, "file"))).rejects.toThrow(/EEXIST/);
  await expect(makeFolder(join(folder, "file", "below"))).rejects.toThrow(/ENOTDIR/);
});

it.skipIf(!existsSync("/proc/self"))("ends where a file system makes no folders", async () => {
  await expect(makeFolder("/proc/palette/below")).rejects.toThrow(/ENOENT/);
});
