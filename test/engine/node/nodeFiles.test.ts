import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeFiles, openNodeFile } from "../../../lib/engine/node/nodeFiles.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "palette-files-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("says where there is nothing", async () => {
  await expect(nodeFiles(folder)).rejects.toThrow(`${folder}: the folder has no files`);
  await expect(nodeFiles(join(folder, "a.csv"))).rejects.toThrow(`${folder}/a.csv: no such file or folder`);
  await expect(nodeFiles(join(folder, "*.csv"))).rejects.toThrow(`${folder}/*.csv: no file matches`);
  await expect(openNodeFile(folder)).rejects.toThrow(`${folder}: not a file`);
});

test("takes paths and patterns from the current folder", async () => {
  const here = process.cwd();
  await mkdir(join(folder, "b"));
  await writeFile(join(folder, "b", "x.csv"), "1");
  await writeFile(join(folder, "y.csv"), "22");
  try {
    process.chdir(folder);
    const paths = async (address: string) => (await nodeFiles(address)).map(({ path }) => path);
    expect(await paths("*.csv")).toEqual(["y.csv"]);
    expect(await paths("**/*.csv")).toEqual(["b/x.csv", "y.csv"]);
    expect(await paths(".")).toEqual(["b/x.csv", "y.csv"]);
    expect(await paths("./b/*")).toEqual(["b/x.csv"]);
  } finally {
    process.chdir(here);
  }
});

// The superuser may read everything.
test.skipIf(process.getuid?.() === 0)("names what it may not read", async () => {
  const locked = join(folder, "locked");
  await mkdir(locked);
  await writeFile(join(folder, "secret.csv"), "1");
  await chmod(join(folder, "secret.csv"), 0);
  await expect(nodeFiles(join(folder, "secret.csv"))).rejects.toThrow("secret.csv: no permission to read it");
  await expect(openNodeFile(join(folder, "secret.csv"))).rejects.toThrow("secret.csv: no permission to read it");
  await chmod(locked, 0);
  await expect(nodeFiles(locked)).rejects.toThrow(`${locked}: no permission to read it`);
  await chmod(locked, 0o700);
});
