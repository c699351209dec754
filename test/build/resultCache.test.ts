import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FolderCache } from "../../build/resultCache.ts";

const newFolder = () => join(mkdtempSync(join(tmpdir(), "palette-results-")), "results");
const key = (n: number) => String(n).padStart(64, "0");

describe("FolderCache", () => {
  it("has what was put there, for another process as well, until it is cleared", async () => {
    const folder = newFolder();
    const cache = new FolderCache(folder);
    expect(await cache.get(key(1))).toBeUndefined();
    const before = Date.now();
    await cache.put(key(1), `{"a":"ü"}`);
    const found = await new FolderCache(folder).get(key(1));
    expect(found!.text).toBe(`{"a":"ü"}`);
    expect(Math.abs(found!.savedAt - before)).toBeLessThan(5_000);
    writeFileSync(join(folder, "other.txt"), "not ours");
    await cache.clear();
    expect(await cache.get(key(1))).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["other.txt"]);
  });

  it("lets go of what was asked for longest ago, and never of what was just put", async () => {
    const folder = newFolder();
    const cache = new FolderCache(folder, 250);
    for (const n of [1, 2]) {
      await cache.put(key(n), "x".repeat(100));
      await utimes(join(folder, `${key(n)}.json`), new Date(n * 1000), new Date(n * 1000));
    }
    const { savedAt } = (await cache.get(key(1)))!;
    expect(savedAt).toBe(1000);
    await cache.put(key(3), "x".repeat(100));
    expect([await cache.get(key(1)), await cache.get(key(2)), await cache.get(key(3))].map(Boolean)).toEqual([
      true,
      false,
      true,
    ]);
    await cache.put(key(4), "x".repeat(251));
    expect(await cache.get(key(4))).toBeUndefined();
    expect((await cache.size()).bytes).toBe(200);
  });

  it.each(["", "../../etc/passwd", `${key(1)}/..`, key(1).toUpperCase().replace("1", "G")])(
    "refuses %j as a key",
    async (bad) => {
      const cache = new FolderCache(newFolder());
      await expect(cache.get(bad)).rejects.toThrow(/is no key of a result/);
      await expect(cache.put(bad, "x")).rejects.toThrow(/is no key of a result/);
    },
  );
});
