import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInChromium } from "./chromium.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { settled } from "./settled.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench();

describeInChromium("the list of notebooks", () => {
  beforeAll(async () => {
    mkdirSync(join("out", "editing"), { recursive: true });
    await bench.start();
  });
  afterAll(() => bench.close());

  test("makes a notebook from a template, copies, renames, deletes and restores it", async () => {
    const { page, server } = bench;
    const list = `http://127.0.0.1:${server.port}/`;
    const answer = async (button: string, name: string) => {
      await page.getByRole("button", { name: button }).click();
      await page.getByRole("dialog").getByRole("textbox").fill(name);
      await page.keyboard.press("Enter");
    };
    await page.goto(`${list}?token=${server.token}`);
    await page.locator("#template").selectOption("SQL");
    await answer("New notebook", "A <b> name");
    await page.locator("#notice").getByText("is no name for a notebook").waitFor();
    await answer("New notebook", "My first");
    await page.waitForURL(/My%20first\.html/);
    const { states, values } = await settled(page);
    expect(states.map(({ status }) => status)).toEqual(["done", "done", "done"]);
    expect(values.rows).toEqual([{ what: "a first row", number: 1 }]);

    await page.goto(list);
    await answer("Duplicate My first", "Copy");
    await page.getByRole("link", { name: "My first (copy)" }).waitFor();
    await answer("Rename Copy", "Second");
    await page.getByRole("button", { name: "Rename Second" }).waitFor();
    await page.getByRole("button", { name: "Delete My first" }).click();
    await page.getByText("Trash, 1").click();
    expect(existsSync(bench.file("My first"))).toBe(false);
    expect(await seriousFindings(page)).toEqual([]);
    await page.screenshot({ path: join("out", "editing", "list.png") });
    await page.getByRole("button", { name: "Restore My first" }).click();
    await page.getByRole("button", { name: "Delete My first" }).waitFor();
    expect(bench.text("My first")).toContain("<title>My first</title>");
    expect(await page.locator("details.trash").count()).toBe(0);
  });
});
