import { mkdirSync } from "node:fs";
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
});
