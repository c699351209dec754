import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportNotebooks } from "../../build/exportNotebooks.ts";
import { runNotebook } from "../../build/runNotebook.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { describeInChromium, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";
import { serveStatically } from "./staticServer.ts";

const folder = fixtureCopy();
const notebook = join(folder, "notebooks", "latency.html");
const site = mkdtempSync(join(tmpdir(), "palette-site-"));
let server: Awaited<ReturnType<typeof serveStatically>>;
let address: string;

describeInChromium("an exported site", () => {
  beforeAll(async () => {
    await exportNotebooks([notebook], join(site, "deep", "er"), await openWorkspace(folder));
    server = await serveStatically(site);
    address = `${server.address}deep/er/`;
  });
  afterAll(() => server?.close());

  test("runs below any folder of any web server, offline, with the headless run's values", async () => {
    const chromium = await openChromium();
    const { page } = chromium;
    const requests: string[] = [];
    page.context().on("request", (request) => requests.push(request.url()));
    await page.goto(`${address}latency.html`);
    const { states, values } = await settled(page);
    await page.keyboard.press("Control+k");
    await page.keyboard.insertText("cell 4");
    expect(await page.getByRole("dialog").getByRole("option").allInnerTexts()).toEqual([
      "Go to cell 4: display(plotMeans(rows, {width, document}))",
    ]);
    await page.keyboard.press("Enter");
    await page.keyboard.press("m");
    expect(await page.locator("#map a[aria-current]").getAttribute("href")).toBe("#cell-4");
    const scripts = requests.filter((url) => url.endsWith(".js"));
    for (const script of scripts) expect(await (await page.request.get(script)).text()).not.toContain("cm-scroller");
    await page.getByRole("button", { name: "Share" }).click();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "One file" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe("latency.html");
    const frozen = join(site, "frozen.html");
    await file.saveAs(frozen);
    // A file has no menu to save its tables.
    const texts = async () =>
      (await page.locator(".output").allInnerTexts()).map((text) => text.replace(/\s*Save\s*$/, "").trim());
    const shown = await texts();
    await page.goto(`file://${frozen}`);
    expect(await texts()).toEqual(shown);
    expect(await page.locator("script, [role=alert]").count()).toBe(0);
    expect(await page.evaluate(() => document.fonts.check("16px Inter"))).toBe(true);
    await chromium.close();
    expect(states.map(({ status }) => status)).toEqual(states.map(() => "done"));
    const engine = await openDuckDBNode();
    const headless = await runNotebook(notebook, { engine });
    await engine.close();
    expect(values).toEqual(headless.values);
    expect(chromium.problems).toEqual([]);
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((url) => !url.startsWith(address) && !/^(file|blob|data):/.test(url))).toEqual([]);
  });

  test("says what to do when it is opened as a file", async () => {
    const chromium = await openChromium();
    const { page } = chromium;
    await page.goto(`file://${join(site, "deep", "er", "latency.html")}`);
    await page.getByText("serve this folder with any web server").waitFor({ state: "visible" });
    await chromium.close();
  });
});
