import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportNotebooks } from "../../build/exportNotebooks.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

test("an exported site is complete, relative and names no outside address that it would load", async () => {
  const folder = fixtureCopy();
  mkdirSync(join(folder, "datasets", "deep"), { recursive: true });
  writeFileSync(join(folder, "datasets", "deep", "a.csv"), "x\n1\n");
  writeFileSync(join(folder, "datasets", "make.ts"), "export {};");
  const site = join(mkdtempSync(join(tmpdir(), "palette-site-")), "site");
  const notebooks = ["latency", "broken"].map((name) => join(folder, "notebooks", `${name}.html`));
  const { files } = await exportNotebooks(notebooks, site, await openWorkspace(folder));
  expect(readdirSync(site).sort()).toEqual(["assets", "broken.html", "datasets", "index.html", "latency.html"]);
  for (const file of files) expect(existsSync(join(site, file)), file).toBe(true);
  for (const file of [
    "assets/engine/duckdb-eh.wasm",
    "assets/engine/duckdb-browser-eh.worker.js",
    "datasets/deep/a.csv",
  ])
    expect(existsSync(join(site, file)), file).toBe(true);
  expect(existsSync(join(site, "datasets", "make.ts"))).toBe(false);
  for (const name of ["index", "latency", "broken"]) {
    const html = readFileSync(join(site, `${name}.html`), "utf8");
    const addresses = [...html.matchAll(/(?:src|href|data-notebook)="([^"]*)"/g)].map(([, address]) => address);
    const local = addresses.filter((address) => !/^(#|data:)/.test(address));
    for (const address of local) {
      expect(address).not.toMatch(/^(\/|[a-z]+:)/);
      expect(existsSync(join(site, address)), address).toBe(true);
    }
    expect(html).toContain('http-equiv="Content-Security-Policy" content="default-src \'self\'');
  }
  for (const file of files.filter((name) => /\.(js|css)$/.test(name))) {
    const text = readFileSync(join(site, file), "utf8");
    expect(text, file).not.toMatch(/import\(\s*["'`](https?:)?\/\//);
    expect(text, file).not.toMatch(/@import[^;]*https?:|url\(["']?(https?:)?\/\//);
  }
});
