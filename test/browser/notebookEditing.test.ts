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

  test("an edit is not lost when the server has stopped: the next page saves it", async () => {
    const { port } = server;
    await goTo(5);
    await press("Enter");
    await press("Control+a");
    await page.keyboard.insertText("const calls = 11;\nconst hostile = 12;");
    await server.close();
    await engines.close();
    await press("Control+Enter");
    await page.locator("#saving").getByText("Not saved yet").waitFor();
    await page.screenshot({ path: join("out", "editing", "unsaved.png") });
    expect(text()).toContain("const calls = 7;");
    await serve(port);
    await open();
    await settled(page, ({ values }) => values.calls === 11);
    expect(text()).toContain("const calls = 11;");
    expect(await page.locator("#saving").isHidden()).toBe(true);
  });
});
