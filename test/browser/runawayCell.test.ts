import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withCell, withSource } from "../../build/page/notebookText.ts";
import { describeInChromium } from "./chromium.ts";
import { type PageState, settled } from "./settled.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench(undefined, undefined, { watched: true });

/** Takes longer than anyone waits, within one call that nothing can look into. */
const endless = "/^(a+)+$/.test('a'.repeat(60) + 'b')";

describeInChromium("a cell that never comes back", () => {
  beforeAll(async () => {
    mkdirSync(join("out", "editing"), { recursive: true });
    await bench.start();
  });
  afterAll(() => bench.close());

  test("a page that does not answer opens itself again without that cell, and keeps what was typed", async () => {
    const before = bench.text();
    const { page } = bench;
    await bench.open("latency", "patience=6");
    await page.locator("#cell-2 input[type=number]").fill("100");
    await settled(page, ({ values }) => values.limit === 100);
    await page.locator("#cell-5").press("Enter");
    await page.locator("#cell-5 .cm-content").press("Control+a");
    await page.keyboard.insertText("const calls = 7;");
    const added = withCell(before, 8, "module", `const spun = ${endless};`);
    writeFileSync(bench.file(), withCell(added.text, 9, "module", "const after = spun + 1;").text);
    await page.getByText("This notebook stopped answering while cell 9 ran. It was opened again by itself").waitFor();
    const { states, values } = await settled(page);
    expect(states.filter(({ status }) => status !== "done").map(({ id, status }) => [id, status])).toEqual([
      [9, "stale"],
      [10, "stale"],
    ]);
    expect(await page.locator("#cell-10 > .message").innerText()).toBe("Not run: needs spun, see cell 9");
    expect(values.limit).toBe(100);
    expect(await page.locator("#cell-5.edited .cm-content").innerText()).toBe("const calls = 7;");
    expect(page.url()).not.toContain("anew");
    await page.locator("#cell-9").scrollIntoViewIfNeeded();
    await page.screenshot({ path: join("out", "editing", "safe.png") });
    await page.locator("#cell-5").getByRole("button", { name: "Discard" }).press("Enter");
    writeFileSync(bench.file(), withSource(bench.text(), 9, "const spun = 1;"));
    await settled(page, ({ values }) => values.after === 2);
    writeFileSync(bench.file(), before);
    await settled(page, ({ values }) => !("after" in values));
  });

  test("where a page is closed that hung after it had waited, the next one says which cell it was", async () => {
    const before = bench.text();
    await bench.open();
    const stuck = bench.page;
    const loop = `const spun = await engine.query("SELECT 1").then(() => ${endless});`;
    writeFileSync(bench.file(), withCell(before, 8, "module", loop).text);
    const answers = () =>
      Promise.race([
        stuck.evaluate(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000)),
      ]);
    await expect.poll(answers, { timeout: 15_000 }).toBe(false);

    bench.chromium.page = await stuck.context().newPage();
    await stuck.close();
    const { page } = bench;
    await bench.open();
    await page.getByText("This notebook stopped answering while cell 9 ran. All else is run again").waitFor();
    expect((await settled(page)).states.find(({ id }) => id === 9)?.status).toBe("stale");
    await bench.open();
    expect((await settled(page)).states.find(({ id }) => id === 9)?.status).toBe("stale");
    writeFileSync(bench.file(), before);
    await settled(page, ({ states }) => states.length === 8);
  });

  test("what runs in a worker lets the page go on, ends by Stop, and says what it cannot see", async () => {
    const before = bench.text();
    const { page } = bench;
    await bench.open();
    const cells = [
      `const spun = inWorker((n) => /^(a+)+$/.test("a".repeat(n) + "b"), [60], { signal });`,
      "const sum = inWorker((numbers) => { let sum = 0; for (const n of numbers) sum += n; return { sum }; }, [[1, 2, 3]]);",
      "const blind = inWorker(() => sum.sum, []);",
    ];
    writeFileSync(
      bench.file(),
      cells.reduce((text, source, i) => withCell(text, 8 + i, "module", source).text, before),
    );
    await page.locator("#cell-9[data-status=running]").waitFor();
    await page.locator("#cell-10[data-status=done]").waitFor({ state: "attached" });
    await page.locator("#cell-2 input[type=number]").fill("100");
    await expect.poll(() => page.locator("#cell-4 svg").count()).toBe(1);
    await page.locator("#cell-9").getByRole("button", { name: "Stop" }).click();
    const { states, values } = await settled(page, ({ states }) => states.length === 11);
    expect(values).toMatchObject({ limit: 100, sum: { sum: 6 } });
    expect(states.filter(({ status }) => status === "failed")).toMatchObject([
      { id: 9, error: "stopped" },
      { id: 11, error: "a function in a worker sees its arguments alone: sum is not defined" },
    ]);
    writeFileSync(bench.file(), before);
    await settled(page, (state) => state.states.length === 8);
  });

  test("loops of its own end after 5 s, with the line, and the page goes on", async () => {
    const before = bench.text();
    const { page } = bench;
    await bench.open();
    writeFileSync(bench.file(), withCell(before, 8, "module", "const n = 1;\nlet i = 0;\nwhile (n > 0) i++;").text);
    const failed = ({ states }: PageState) => states.some(({ status }) => status === "failed");
    const { states } = await settled(page, failed);
    expect(states.find(({ id }) => id === 9)).toMatchObject({ error: expect.stringMatching(/^a loop kept the page/) });
    const line = page.locator("#cell-9 .source mark", { hasText: "while (n > 0) i++;" });
    await line.waitFor();
    await page.locator("#cell-9").press("/");
    await page.keyboard.insertText("let");
    await page.locator("#cell-9 .source mark.current", { hasText: "let" }).waitFor();
    await page.keyboard.press("Escape");
    await line.waitFor();
    await page.locator("#cell-2 input[type=number]").fill("100");
    await settled(page, ({ values }) => values.limit === 100);
    await page.screenshot({ path: join("out", "editing", "loop.png") });
    writeFileSync(bench.file(), before);
    await settled(page, (state) => !failed(state));
  });
});
