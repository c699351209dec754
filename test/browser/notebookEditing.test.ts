import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cellsOf, withSource } from "../../build/page/notebookText.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";

const folder = fixtureCopy();
const file = join(folder, "notebooks", "latency.html");
const first = readFileSync(file, "utf8");
let engines: EngineService;
let server: LiveServer;
let chromium: ChromiumPage;
let page: Page;
const text = () => readFileSync(file, "utf8");
const sources = () => cellsOf(text()).map(({ source }) => source);

async function serve(port = 0): Promise<void> {
  engines = serveEngine(() => openDuckDBNode({ folders: [folder] }), { roots: [folder], token: null });
  const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
  server = await startServer({ workspace: await openWorkspace(folder), engine, port });
}

async function open(): Promise<void> {
  await page.goto(`http://127.0.0.1:${server.port}/latency.html?token=${server.token}`);
  await settled(page);
  await page.locator("#cell-5 > .tools").waitFor({ state: "attached" });
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** With keys alone: from the head of the page to a cell. */
async function goTo(id: number): Promise<void> {
  await page.locator("#cell-1").focus();
  const at = () => page.evaluate(() => document.activeElement?.id);
  for (let step = 0; step < 20 && (await at()) !== `cell-${id}`; step++) await press("ArrowDown");
  expect(await at()).toBe(`cell-${id}`);
}

/** Each test goes on where the one before it left the notebook. */
describeInChromium("editing a notebook by keyboard", () => {
  beforeAll(async () => {
    mkdirSync(join("out", "editing"), { recursive: true });
    await serve();
    chromium = await openChromium();
    page = chromium.page;
    await open();
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.close();
    await engines?.close();
  });

  test("a cell is edited, run and saved, and no other byte of the file changes", async () => {
    await goTo(5);
    await press("Enter");
    await page.locator("#cell-5 .cm-content").waitFor();
    await press("Control+a");
    await page.keyboard.insertText("const calls = -1;\nconst hostile = `</script>`;");
    await page.screenshot({ path: join("out", "editing", "editor.png") });
    expect(text()).toBe(first);
    await press("Control+Enter");
    const { values } = await settled(page, ({ values }) => values.calls === -1);
    expect(values.hostile).toBe("</script>");
    expect(text()).toBe(withSource(first, 5, "const calls = -1;\nconst hostile = `</script>`;"));
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("cell-5");
  });

  test("cells are inserted, moved, deleted and brought back", async () => {
    const before = text();
    await goTo(5);
    await press("b");
    await page.locator("#cell-9 .cm-content").waitFor();
    await page.keyboard.insertText("const added = limit + 1;");
    await press("Shift+Enter");
    await settled(page, ({ values }) => values.added === 401);
    expect(sources()[5]).toBe("const added = limit + 1;");
    await goTo(9);
    await press("Alt+ArrowUp");
    await expect.poll(() => sources()[4]).toBe("const added = limit + 1;");
    await press("d", "d");
    await settled(page, ({ values }) => !("added" in values));
    expect(text()).toBe(before);
    await goTo(5);
    await press("z", "z");
    await settled(page, ({ values }) => values.added === 401);
    expect(sources()[5]).toBe("const added = limit + 1;");
    await press("z", "z");
    await expect.poll(text).toBe(before);
    await press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.screenshot({ path: join("out", "editing", "keys.png") });
    await press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("a lazy cell runs when asked, and what follows is not up to date until then; a folded one is a line", async () => {
    await settled(page, ({ values }) => !("added" in values));
    const before = text();
    await goTo(3);
    await press("l");
    await expect.poll(() => sources()[2]?.split("\n")[0]).toBe("// palette: lazy");
    await page.locator("#cell-3.lazy").waitFor({ state: "attached" });
    await page.locator("#cell-2 input[type=number]").fill("100");
    const { states } = await settled(page, ({ values }) => values.limit === 100);
    const stale = states.filter(({ status }) => status === "stale");
    expect(stale.map(({ id, causes }) => [id, causes])).toEqual([
      [3, []],
      [4, [3]],
      [6, [3]],
      [8, [3]],
    ]);
    expect(await page.locator("#cell-4 > .message").innerText()).toBe("Not up to date: needs rows, see cell 3");
    expect(await page.locator("#cell-4 svg").count()).toBe(1);
    await goTo(3);
    await press("Control+Enter");
    await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
    await goTo(4);
    await press("f");
    await page.locator("#cell-4.folded > .line").waitFor();
    expect(await page.locator("#cell-4 > .output").isVisible()).toBe(false);
    expect((await settled(page)).states.every(({ status }) => status === "done")).toBe(true);
    await open();
    await page.locator("#cell-4.folded > .line").waitFor();
    expect((await settled(page)).states.filter(({ status }) => status === "stale")).toHaveLength(4);
    await page.screenshot({ path: join("out", "editing", "lazy.png") });
    await press("Control+k");
    await page.keyboard.type("not up to date");
    await press("Enter");
    await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
    await goTo(3);
    await press("l");
    await goTo(4);
    await press("f");
    await expect.poll(text).toBe(before);
  });

  test("the map, the commands and finding lead to cells, and a text is replaced in all of them", async () => {
    const before = text();
    const at = () => page.evaluate(() => document.activeElement?.id);
    await goTo(4);
    await press("m");
    const row = page.getByRole("link", { name: /^Cell 4, display.*: done, .*; needs cell 2, cell 3$/ });
    await expect.poll(() => row.evaluate((element) => element === document.activeElement)).toBe(true);
    await press("End", "ArrowUp");
    await page.screenshot({ path: join("out", "editing", "map.png") });
    await press("Enter");
    expect(await at()).toBe("cell-7");
    await press("m", "m", "Escape");
    expect(await at()).toBe("cell-7");
    await press("m");
    expect(await page.locator("#map").isVisible()).toBe(false);
    await press("Control+k");
    await page.keyboard.type("cell 6: ");
    await page.screenshot({ path: join("out", "editing", "commands.png") });
    await press("Enter");
    expect(await at()).toBe("cell-6");
    await press("/");
    await page.keyboard.type("ROWS");
    const count = page.locator(".find output");
    expect(await count.innerText()).toBe("1 of 4");
    await press("Shift+Enter");
    expect(await count.innerText()).toBe("4 of 4");
    await press("Enter", "Enter");
    await page.locator("#cell-4.revealed mark.current").waitFor();
    await page.screenshot({ path: join("out", "editing", "find.png") });
    await page.keyboard.press("Control+a");
    await page.keyboard.type("hostile");
    await page.getByLabel("Replace by").fill("$&</script>");
    await page.getByRole("button", { name: "Replace all" }).press("Enter");
    await expect.poll(() => sources().filter((source) => source.includes("$&</script>")).length).toBe(3);
    await press("Escape");
    expect(await page.locator(".find").isVisible()).toBe(false);
    expect(await page.locator(".revealed").count()).toBe(0);
    await press("z");
    await expect.poll(text).toBe(before);
    await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
  });

  test("a draft outlives a reload and a change of the file by another editor, and both changes are kept", async () => {
    await settled(page, ({ values }) => !("added" in values));
    await goTo(5);
    await press("Enter");
    await press("Control+a");
    await page.keyboard.insertText("const calls = 7;\nconst hostile = 8;");
    await press("Escape");
    await open();
    await page.locator("#cell-5.edited .cm-content").waitFor();
    writeFileSync(file, withSource(text(), 8, "const other = 9;"));
    await settled(page, ({ values }) => values.other === 9);
    expect(await page.locator("#cell-5 .cm-content").innerText()).toContain("const calls = 7;");
    await goTo(5);
    await press("Control+Enter");
    await settled(page, ({ values }) => values.calls === 7 && values.other === 9);
    expect(cellsOf(text()).filter(({ id }) => id === 5 || id === 8)).toMatchObject([
      { source: "const calls = 7;\nconst hostile = 8;" },
      { source: "const other = 9;" },
    ]);
  });

  test("a server that stops while it saves and queries loses no edit: the page finds the next one by itself", async () => {
    const { port } = server;
    await goTo(8);
    await press("Enter");
    await press("Control+a");
    const query = "SELECT count(*) AS n FROM range(100000) a(i), range(1000000) b(j) WHERE i * j % 7 = 3";
    await page.keyboard.insertText(`const asked = engine.query("${query}", [], { signal });`);
    await press("Control+Enter");
    await page.locator("#cell-8[data-status=running]").waitFor();
    await goTo(5);
    await press("Enter");
    await press("Control+a");
    await page.keyboard.insertText("const calls = 11;\nconst hostile = 12;");
    await server.close();
    await engines.close();
    await press("Control+Enter");
    await page.locator("#saving").getByText("Not saved yet").waitFor();
    await page.locator("#notice").getByText("The local server does not answer").waitFor();
    await page.locator("#cell-8[data-status=failed] > .message").getByText("does not answer").waitFor();
    await page.screenshot({ path: join("out", "editing", "unsaved.png") });
    expect(text()).toContain("const calls = 7;");
    await serve(port);
    // As people do who open the address that the new server prints.
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${server.port}/?token=${server.token}`);
    await other.close();
    await page.locator("#cell-8[data-status=running]").waitFor();
    await expect.poll(text, { timeout: 10_000 }).toContain("const calls = 11;");
    await goTo(8);
    await press("Enter");
    await press("Control+a");
    await page.keyboard.insertText("const asked = 1;");
    await press("Control+Enter");
    const { values } = await settled(page, ({ values }) => values.calls === 11 && values.asked === 1);
    expect(values.other).toBe(undefined);
    await page.locator("#saving").waitFor({ state: "hidden" });
  });

  test("a disk that is full is told, and the change is saved once there is room", async () => {
    await page.route("**/files/latency", (route) =>
      route.request().method() === "PUT"
        ? route.fulfill({ status: 507, body: "latency.html: cannot be written: no space is left on the disk" })
        : route.continue(),
    );
    await goTo(5);
    await press("b");
    await page.locator("#saving").getByText("Not saved yet: latency.html: cannot be written: no space").waitFor();
    expect(sources()).toHaveLength(8);
    await page.unroute("**/files/latency");
    await expect.poll(sources, { timeout: 10_000 }).toHaveLength(9);
    await page.locator("#saving").waitFor({ state: "hidden" });
    await page.locator("#cell-9 .cm-content, #cell-10 .cm-content, #cell-11 .cm-content").waitFor();
    await press("Escape");
  });

  test("two tabs on one notebook keep the edits of both", async () => {
    const other = await page.context().newPage();
    await other.goto(`http://127.0.0.1:${server.port}/latency.html`);
    await settled(other);
    await other.locator("#cell-5 > .tools").waitFor({ state: "attached" });
    for (const [tab, cell, source] of [
      [page, 5, "const calls = 21;\nconst hostile = 22;"],
      [other, 4, "const mine = 23;"],
    ] as const) {
      await tab.locator(`#cell-${cell}`).press("Enter");
      await tab.locator(`#cell-${cell} .cm-content`).press("Control+a");
      await tab.keyboard.insertText(source);
    }
    await Promise.all([
      page.locator("#cell-5 .cm-content").press("Control+Enter"),
      other.locator("#cell-4 .cm-content").press("Control+Enter"),
    ]);
    for (const tab of [other, page]) {
      await tab.bringToFront();
      await settled(tab, ({ values }) => values.calls === 21 && values.mine === 23);
    }
    expect(text()).toContain("const calls = 21;");
    expect(text()).toContain("const mine = 23;");
    await other.close();
  });
});
