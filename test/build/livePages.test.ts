import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PageBundle } from "../../build/bundlePages.ts";
import { LivePages } from "../../build/livePages.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

const folder = fixtureCopy();
let pages: LivePages;

beforeAll(async () => {
  pages = new LivePages(await openWorkspace(folder));
  await pages.bundle();
});
afterAll(() => pages.close());

const path = (...parts: string[]) => join(folder, ...parts);

/** Does something to the files and waits for the bundle that shows it. */
async function after(change: () => void, shows: (bundle: PageBundle) => boolean): Promise<PageBundle> {
  let wake: () => void = () => {};
  const forget = pages.onChange(() => wake());
  change();
  for (;;) {
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const bundle = await pages.bundle();
    if (shows(bundle)) {
      forget();
      return bundle;
    }
    await changed;
  }
}

/** What an editor does: another file takes the name. */
function replace(file: string, edit: (text: string) => string): void {
  writeFileSync(`${file}.new`, edit(readFileSync(file, "utf8")));
  renameSync(`${file}.new`, file);
}

const module = (bundle: PageBundle, name: string) => bundle.notebooks.get(name);

test("a changed module gives its notebooks a new address, and no others", async () => {
  const before = await pages.bundle();
  const bundle = await after(
    () => replace(path("cells", "meanLatency.ts"), (text) => text.replace("ORDER BY api", "ORDER BY 1")),
    (bundle) => module(bundle, "latency") !== module(before, "latency"),
  );
  expect(module(bundle, "broken")).toBe(module(before, "broken"));
  expect(bundle.script).toBe(before.script);
  expect(await pages.file(module(before, "latency")!)).toBeDefined();
});

test("a module that stops parsing breaks no build, and mends again", async () => {
  const file = path("cells", "meanLatency.ts");
  const text = readFileSync(file, "utf8");
  const before = module(await pages.bundle(), "latency");
  await after(
    () => writeFileSync(file, "export function ("),
    (bundle) => module(bundle, "latency") !== before,
  );
  await after(
    () => writeFileSync(file, text),
    (bundle) => module(bundle, "latency") === before,
  );
});

test("a notebook that is new is bundled, and one that is gone is not", async () => {
  const text = readFileSync(path("notebooks", "latency.html"), "utf8");
  const names = ({ notebooks }: PageBundle) => [...notebooks.keys()].join();
  await after(
    () => writeFileSync(path("notebooks", "second.html"), text.replace("three", "four")),
    (bundle) => names(bundle) === "broken,latency,second",
  );
  expect((await pages.summaries()).map(({ title }) => title)).toContain("Latency of four APIs");
  await after(
    () => rmSync(path("notebooks", "second.html")),
    (bundle) => names(bundle) === "broken,latency",
  );
});

test("a file that is no notebook is told on its own page", async () => {
  const bundle = await after(
    () => writeFileSync(path("notebooks", "other.html"), "<p>hello</p>"),
    ({ notebooks }) => notebooks.has("other"),
  );
  const text = new TextDecoder().decode(await pages.file(module(bundle, "other")!));
  expect(text).toContain("no <notebook> element");
});
