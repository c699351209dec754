import { mkdtempSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contentType } from "../../build/contentType.ts";
import { exportNotebooks } from "../../build/exportNotebooks.ts";
import { runNotebook } from "../../build/runNotebook.ts";
import { fileBelow, sendFile } from "../../build/sendFile.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { describeInChromium, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";

const folder = fixtureCopy();
const notebook = join(folder, "notebooks", "latency.html");
const site = mkdtempSync(join(tmpdir(), "palette-site-"));
let server: Server;
let address: string;

describeInChromium("an exported site", () => {
  beforeAll(async () => {
    await exportNotebooks([notebook], join(site, "deep", "er"), await openWorkspace(folder));
    server = createServer(async (request, response) => {
      const file = await fileBelow(site, (request.url ?? "/").slice(1));
      if (file) await sendFile(request, response, file, contentType(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/deep/er/`;
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
    await chromium.close();
    expect(states.map(({ status }) => status)).toEqual(states.map(() => "done"));
    const engine = await openDuckDBNode();
    const headless = await runNotebook(notebook, { engine });
    await engine.close();
    expect(values).toEqual(headless.values);
    expect(chromium.problems).toEqual([]);
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
  });

  test("says what to do when it is opened as a file", async () => {
    const chromium = await openChromium();
    const { page } = chromium;
    await page.goto(`file://${join(site, "deep", "er", "latency.html")}`);
    await page.getByText("serve this folder with any web server").waitFor({ state: "visible" });
    await chromium.close();
  });
});
