import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findChromium, staleDependencies } from "../../build/setup.mjs";

function clone(locked: object, installed?: object): string {
  const folder = mkdtempSync(join(tmpdir(), "palette-setup-"));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...locked } }));
  if (installed) {
    mkdirSync(join(folder, "node_modules"));
    writeFileSync(join(folder, "node_modules", ".package-lock.json"), JSON.stringify({ packages: installed }));
  }
  return folder;
}

describe("staleDependencies", () => {
  const a = { version: "1.0.0", integrity: "sha512-a" };

  test("a fresh clone has none", () => {
    expect(staleDependencies(clone({ "node_modules/a": a }))).toBe("node_modules is missing");
  });

  test("what the lock names is enough, whatever the times of the files", () => {
    expect(staleDependencies(clone({ "node_modules/a": a }, { "node_modules/a": a }))).toBeUndefined();
  });

  test("a package that was added or changed is named", () => {
    expect(staleDependencies(clone({ "node_modules/a": a, "node_modules/b": a }, { "node_modules/a": a }))).toBe(
      "node_modules/b is not installed",
    );
    const older = { version: "0.9.0", integrity: "sha512-b" };
    expect(staleDependencies(clone({ "node_modules/a": a }, { "node_modules/a": older }))).toBe(
      "node_modules/a is not the locked version",
    );
  });

  test("an optional package of another platform may be absent", () => {
    const other = { ...a, optional: true };
    expect(staleDependencies(clone({ "node_modules/a": a, "node_modules/b": other }, { "node_modules/a": a }))).toBe(
      undefined,
    );
  });
});

describe("findChromium", () => {
  test("PALETTE_CHROMIUM comes first and must be executable", () => {
    const folder = mkdtempSync(join(tmpdir(), "palette-chromium-"));
    const path = join(folder, "chromium");
    writeFileSync(path, "#!/bin/sh\n");
    expect(findChromium({ PALETTE_CHROMIUM: path })).toBeUndefined();
    chmodSync(path, 0o755);
    expect(findChromium({ PALETTE_CHROMIUM: path })).toBe(path);
    expect(findChromium({ PATH: folder })).toBe(path);
  });
});
