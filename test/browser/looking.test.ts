import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { findNotebooks, openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { settled } from "./settled.ts";

const root = projectRoot().replace(/.$/, "");
const workspace = await openWorkspace(root);
const notebooks = [...(await findNotebooks(workspace)).keys()];
const pictures = join(root, "out", "looking");
let engines: EngineService;
let server: LiveServer;
let chromium: ChromiumPage;
let page: Page;

async function open(name: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${server.port}/${name}.html?token=${server.token}`);
  const { states } = await settled(page);
  expect(states.filter(({ status }) => status !== "done")).toEqual([]);
}

async function textOf(download: Download): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "palette-saved-")), "file");
  await download.saveAs(file);
  return readFileSync(file, "latin1");
}

describeInChromium("looking at traces", () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    engines = serveEngine(() => openDuckDBNode({ folders: [root] }), { roots: [root], token: null, most: 2 });
    const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
    server = await startServer({ workspace, engine, port: 0 });
    chromium = await openChromium();
    page = chromium.page;
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.close();
    await engines?.close();
  });

  test.each(notebooks)("axe finds nothing serious in %s, light and dark, by the page's own switch", async (name) => {
    await open(name);
    for (const [label, background] of [
      ["Light", "rgb(255, 255, 255)"],
      ["Dark", "rgb(22, 24, 28)"],
    ] as const) {
      await page.getByLabel("Colours").selectOption({ label });
      const shown = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      expect(shown).toBe(background);
      expect(await seriousFindings(page)).toEqual([]);
      await page.screenshot({ path: join(pictures, `${name}-${label}.png`), fullPage: true });
    }
  });

  test("the choice of colours is remembered", async () => {
    await open("explore");
    await page.getByLabel("Colours").selectOption({ label: "Dark" });
    await page.reload();
    await settled(page);
    expect(await page.getByLabel("Colours").locator("option:checked").innerText()).toBe("Dark");
    await page.getByLabel("Colours").selectOption({ label: "Light" });
  });

  test("a range of a CDF is chosen by the pointer and by the keyboard, and taken apart", async () => {
    const note = () => page.locator(".palette-note", { hasText: "others" }).innerText();
    const first = await note();
    expect(first).toMatch(/^45 traces of .* beside the 847 others/);
    const hit = page.getByRole("slider", { name: "Share of executions" });
    await hit.scrollIntoViewIfNeeded();
    const box = (await hit.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.1, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80, { steps: 3 });
    await page.mouse.up();
    await expect.poll(note, { timeout: 20_000 }).not.toBe(first);
    const dragged = await note();
    await hit.press("Escape");
    await expect.poll(note, { timeout: 20_000 }).toBe(first);
    await hit.press("End");
    await hit.press("Shift+PageDown");
    await expect.poll(note, { timeout: 20_000 }).toMatch(/^(89|90) traces of/);
    expect(await hit.getAttribute("aria-valuetext")).toMatch(/^P89.9: traces [\d.]+ ms$/);
    expect(dragged).toMatch(/traces of/);
  });

  test("a figure is saved as SVG, PNG, CSV and JSON", async () => {
    const figure = page.locator("figure", { has: page.getByRole("slider", { name: "Share of executions" }) });
    await figure.hover();
    await figure.locator("summary").click();
    const saved = new Map<string, string>();
    for (const kind of ["SVG", "PNG", "CSV", "JSON"]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        figure.getByRole("button", { name: kind }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`^latency-CDF-.*\\.${kind.toLowerCase()}$`));
      saved.set(kind, await textOf(download));
    }
    expect(saved.get("SVG")).toMatch(/^<\?xml.*<svg.*@font-face.*<\/svg>\s*$/s);
    expect(saved.get("SVG")).not.toMatch(/var\(|light-dark\(|class=/);
    expect(saved.get("PNG")).toMatch(/^\x89PNG/);
    expect(saved.get("CSV")).toMatch(/^series,latency_us,share\r\ntraces,/);
    const rows = JSON.parse(saved.get("JSON")!) as { share: number }[];
    expect(rows.at(-1)!.share).toBe(1);
    expect(chromium.problems).toEqual([]);
  });
});
