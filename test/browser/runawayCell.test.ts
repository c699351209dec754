import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withCell, withSource } from "../../build/page/notebookText.ts";
import { describeInChromium } from "./chromium.ts";
import { settled } from "./settled.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench();

describeInChromium("a cell that loops for ever", () => {
  beforeAll(async () => {
    mkdirSync(join("out", "editing"), { recursive: true });
    await bench.start();
  });
  afterAll(() => bench.close());

  test.each([
    ["at once", "const spun = 1; for (;;);"],
    ["after it has waited", "const spun = await engine.query('SELECT 1').then(() => { for (;;); });"],
  ])("%s: the next page runs all else, says which it was, and runs it once it is mended", async (_, loop) => {
    const before = bench.text();
    await bench.open();
    const stuck = bench.page;
    const added = withCell(before, 8, "module", loop);
    writeFileSync(bench.file(), withCell(added.text, 9, "module", "const after = spun + 1;").text);
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
    const { states } = await settled(page);
    expect(Object.fromEntries(states.map(({ id, status }) => [id, status]))).toEqual({
      ...{ 1: "done", 2: "done", 3: "done", 4: "done", 5: "done", 6: "done", 7: "done", 8: "done" },
      ...{ 9: "stale", 10: "stale" },
    });
    await page.getByText("This notebook stopped answering while cell 9 ran.").waitFor();
    expect(await page.locator("#cell-10 > .message").innerText()).toBe("Not run: needs spun, see cell 9");
    await page.locator("#cell-9").scrollIntoViewIfNeeded();
    await page.screenshot({ path: join("out", "editing", "safe.png") });
    await bench.open();
    expect((await settled(page)).states.find(({ id }) => id === 9)?.status).toBe("stale");

    writeFileSync(bench.file(), withSource(bench.text(), 9, "const spun = 1;"));
    await settled(page, ({ values }) => values.after === 2);
    writeFileSync(bench.file(), before);
    await settled(page, ({ values }) => !("after" in values));
  });
});
