import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cellsOf } from "../../build/page/notebookText.ts";
import { describeInChromium } from "./chromium.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { settled } from "./settled.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench();
const cells = () => cellsOf(bench.text());

/** Puts the pointer on a cell, which may have no height. */
async function point(id: number): Promise<void> {
  const cell = bench.page.locator(`#cell-${id}`);
  await cell.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await cell.evaluate((element) => element.getBoundingClientRect().toJSON());
  await bench.page.mouse.move(box.x + 20, box.y + 2);
}

/** A tool of a cell, once the pointer is on the cell. */
async function tool(id: number, name: string): Promise<Locator> {
  await point(id);
  return bench.page.getByRole("toolbar", { name: `Cell ${id}`, exact: true }).getByRole("button", { name });
}

describeInChromium("working on a notebook by pointer", () => {
  beforeAll(async () => {
    mkdirSync(join("out", "editing"), { recursive: true });
    await bench.start();
    await bench.open();
  });
  afterAll(() => bench.close());

  test("a cell is inserted, typed, run, moved, copied, pinned, given a type, deleted and brought back", async () => {
    const { page } = bench;
    const before = bench.text();
    await (await tool(8, "Insert a cell below")).click();
    await page.locator("#cell-9 .cm-content").click();
    await page.keyboard.insertText("const added = limit + 1;");
    await (await tool(9, "Run")).click();
    await settled(page, ({ values }) => values.added === 401);
    await (await tool(9, "Move up")).click();
    await expect.poll(() => cells().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 8]);
    await (await tool(9, "Pin the source")).click();
    await page.locator("#cell-9 > .source.pinned").waitFor();
    await (await tool(9, "Pin the source")).hover();
    expect(await (await tool(9, "Pin the source")).getAttribute("aria-pressed")).toBe("true");
    expect(await seriousFindings(page, ".bar, .tools")).toEqual([]);
    await page.screenshot({ path: join("out", "editing", "tools.png") });
    await (await tool(9, "Duplicate")).click();
    await page.locator("#cell-10 .cm-content").waitFor();
    expect(cells().find(({ id }) => id === 10)?.source).toBe("const added = limit + 1;");
    await (await tool(10, "Delete")).click();
    await page.locator("#cell-10").waitFor({ state: "detached" });
    await point(9);
    await page.locator("#cell-9 > .tools select").selectOption({ label: "JavaScript" });
    await expect.poll(() => cells().find(({ id }) => id === 9)?.type).toBe("module");
    await (await tool(9, "Delete")).click();
    await page.locator("#cell-9").waitFor({ state: "detached" });
    expect(bench.text()).toBe(before);
    await page.getByRole("button", { name: "Undo" }).click();
    await settled(page, ({ values }) => values.added === 401);
    await page.getByRole("button", { name: "Redo" }).click();
    await expect.poll(() => bench.text()).toBe(before);
  });

  test("a cell is folded and made lazy, and the map, the commands and finding lead to cells", async () => {
    const { page } = bench;
    const before = bench.text();
    await (await tool(4, "Lazy")).click();
    await page.locator("#cell-4.lazy").waitFor();
    await (await tool(4, "Fold")).click();
    await page.getByRole("button", { name: "Unfold cell 4: display(plotMeans" }).click();
    await page.locator("#cell-4:not(.folded)").waitFor();
    await (await tool(4, "Lazy")).click();
    await expect.poll(() => bench.text()).toBe(before);
    await page.getByRole("button", { name: "Map", exact: true }).click();
    await page.locator("#map a", { hasText: "rows" }).first().click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("cell-3");
    await page.locator("#map a", { hasText: "rows" }).first().hover();
    for (const colours of ["Dark", "Light"]) {
      await page.getByLabel("Colours").selectOption({ label: colours });
      expect(await seriousFindings(page, ".bar, .map")).toEqual([]);
      await page.screenshot({ path: join("out", "editing", `map-${colours}.png`) });
    }
    await page.getByRole("button", { name: "Map", exact: true }).click();
    await page.getByRole("button", { name: "Find" }).click();
    await page.keyboard.insertText("product");
    await page.locator("#cell-7 mark.current").waitFor();
    expect(await seriousFindings(page, ".find")).toEqual([]);
    await page.locator(".find").getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Commands" }).click();
    expect(await seriousFindings(page, ".commands")).toEqual([]);
    await page.getByRole("option", { name: "Go to cell 8" }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("cell-8");
  });

  test("an input that was changed is in the address, and a reload brings it back", async () => {
    const { page } = bench;
    const number = page.locator("#cell-2 input[type=number]");
    await number.fill("250");
    await settled(page, ({ values }) => values.limit === 250);
    await expect.poll(() => new URL(page.url()).searchParams.get("view")).toBe('{"2.0":250}');
    await page.reload();
    await settled(page, ({ values }) => values.limit === 250);
    expect(await number.inputValue()).toBe("250");
    await number.fill("400");
    await settled(page, ({ values }) => values.limit === 400);
    expect(new URL(page.url()).searchParams.has("view")).toBe(false);
    await bench.open("latency", `view=${encodeURIComponent('{"2.0":"<b>"}')}`);
    expect((await settled(page)).values.limit).toBe(400);
  });

  test("the tools of a cell are one stop of the Tab key, and the arrow keys go among them", async () => {
    const { page } = bench;
    await page.locator("#cell-3").focus();
    await page.keyboard.press("Tab");
    const name = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(await name()).toBe("Edit");
    await page.keyboard.press("ArrowRight");
    expect(await name()).toBe("Run");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await name()).toBe("Delete");
  });

  test("broken HTML, two cells of one id, and values of every odd kind harm no other cell", async () => {
    const { page } = bench;
    const odd = [
      "\n// palette: folded\nthrow 42;",
      "throw Object.create(null);",
      "const rejected = Promise.reject();",
      "'x'.repeat(300_000_000)",
      "Array.from({ length: 5_000_000 }, (_, i) => ({ i }))",
      "let deep = {}; for (let i = 0; i < 100_000; i++) deep = { deep }; display(deep);",
      "const signal = 1;",
      "const constructor = 1;",
      "toString",
      "const good = 42;",
    ];
    const cells = odd.map((source) => `<script id="1" type="module">${source}</script></p>`);
    const text = `<notebook><title>Odd</notebook></title><div><b>\n${cells.join("\n<!-- <script> -->")}\n<script id="99">const last = 1;`;
    writeFileSync(bench.file(), text);
    const { states, values } = await settled(page, ({ values }) => values.last === 1 && values.good === 42);
    expect(states.map(({ status, error }) => (status === "failed" ? error : status))).toEqual([
      "thrown: 42",
      "thrown: {}",
      "thrown: undefined",
      "done",
      "done",
      "done",
      "signal is given to every cell and cannot be defined",
      "done",
      "toString is not defined",
      "done",
      "done",
    ]);
    expect(values.good).toBe(42);
    expect(await page.locator("#cell-1.folded > .message").innerText()).toBe("Cell 1 failed. thrown: 42");
    expect(await page.locator("#cell-1 > .output").isVisible()).toBe(false);
    await page.locator("#cell-4").getByText("299,980,000 more characters").waitFor();
    await page.screenshot({ path: join("out", "editing", "odd.png") });
    await page.locator("#cell-99").focus();
    await page.keyboard.press("Enter");
    await page.locator("#cell-99 .cm-content").press("Control+a");
    await page.keyboard.insertText("const last = 2;");
    await page.keyboard.press("Control+Enter");
    await settled(page, ({ values }) => values.last === 2);
    const saved = bench.text();
    expect(cellsOf(saved).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 99]);
    expect(saved).toContain("<title>Odd</notebook></title><div><b>");
  });

  test("the map has all of 200 cells in sight, and hostile sources are text in it, in commands and in findings", async () => {
    const { page } = bench;
    const hostile = `<img src=x onerror="globalThis.injected = 1">`;
    const cells = Array.from({ length: 200 }, (_, i) => {
      const needs = [i - 1, i - 7, i - 50].filter((j) => j > 0).map((j) => `c${j}`);
      const source =
        i === 0 ? `'${hostile}'` : `const c${i} = ${[1, ...needs.map((name) => `${name} % 7`)].join(" + ")};`;
      return `<script id="${i + 1}" type="module">\n${source}\n</script>`;
    });
    writeFileSync(bench.file(), `<notebook><title>Many</title>\n${cells.join("\n")}\n</notebook>`);
    await settled(page, ({ values }) => "c199" in values);
    await page.getByRole("button", { name: "Map", exact: true }).click();
    const rows = page.locator("#map a");
    expect(await rows.count()).toBe(200);
    const last = (await rows.last().boundingBox())!;
    expect(last.y + last.height).toBeLessThan(900);
    await rows.nth(120).hover();
    await page.screenshot({ path: join("out", "editing", "map-200.png") });
    await rows.nth(120).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("cell-121");
    await page.getByRole("button", { name: "Map", exact: true }).click();
    await page.keyboard.press("Control+k");
    await page.keyboard.insertText("onerror");
    await page.getByRole("option", { name: `Go to cell 1: '${hostile.slice(0, 40)}` }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Find" }).click();
    await page.keyboard.insertText("<img");
    await page.locator("#cell-1 mark.current", { hasText: "<img" }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.evaluate(() => "injected" in globalThis)).toBe(false);
  });
});
