import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { initSync, readParquet } from "parquet-wasm/esm";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { runNotebook } from "../../build/runNotebook.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";

const folder = fixtureCopy();
const file = join(folder, "notebooks", "latency.html");
const pictures = join(projectRoot(), "out", "sql");
const hostile = "<img src=x onerror=alert(1)>'; DROP TABLE spans; --";
const length = 200_000;
let engines: EngineService;
let server: LiveServer;
let chromium: ChromiumPage;
let page: Page;

const cells = [
  [
    'id="1" type="module"',
    `const made = await engine.query("CREATE OR REPLACE TABLE spans AS SELECT i::INTEGER AS id, (i * 7919 % 100003) / 10 AS duration, 'service ' || (i % 20) AS service FROM range(${length}) t(i)"); const name = ${JSON.stringify(hostile)}; const all = made.numRows >= 0;`,
  ],
  [
    'id="2" type="application/sql" output="many"',
    `SELECT *, CASE WHEN id < 50 THEN $\{name} END AS hostile FROM spans WHERE $\{all} ORDER BY id`,
  ],
  [
    'id="3" type="module"',
    "const slowest = many.getChild('duration').toArray().reduce((a, b) => Math.max(a, b)); const rows = many.numRows;",
  ],
  ['id="4" type="module"', 'const wanted = view(Inputs.toggle({ label: "wanted" }));'],
  [
    'id="5" type="application/sql"',
    `SELECT sum(a.i * b.i % 7) AS n FROM range($\{wanted ? 1000000 : 1}) a(i), range($\{wanted ? 1000000 : 1}) b(i)`,
  ],
];
const scripts = cells.map(([attributes, text]) => `  <script ${attributes}>\n    ${text}\n  </script>`);

/** The bytes of what a click on a menu's button saves. */
async function saved(kind: string): Promise<Buffer> {
  const figure = page.locator("#cell-2 figure");
  await figure.hover();
  if (!(await figure.getByRole("button", { name: kind }).isVisible())) await figure.locator("summary").click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    figure.getByRole("button", { name: kind }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`many.${kind.toLowerCase()}`);
  return readFileSync(await download.path());
}

const column = (index: number) =>
  page.locator(`#cell-2 tbody td:nth-child(${index})`).evaluateAll((cells) => cells.map((cell) => cell.textContent));

describeInChromium("SQL cells", () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    writeFileSync(file, `<!doctype html>\n<notebook>\n  <title>SQL</title>\n${scripts.join("\n")}\n</notebook>\n`);
    engines = serveEngine(() => openDuckDBNode({ folders: [folder] }), { roots: [folder], token: null });
    const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
    server = await startServer({ workspace: await openWorkspace(folder), engine, port: 0 });
    chromium = await openChromium();
    page = chromium.page;
    await page.goto(`http://127.0.0.1:${server.port}/latency.html?token=${server.token}`);
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.close();
    await engines?.close();
  });

  test("many rows have the headless run's values, and 14 of them are in the page", async () => {
    const { states, values } = await settled(page);
    expect(states.filter(({ status }) => status !== "done")).toEqual([]);
    const engine = await openDuckDBNode();
    const headless = await runNotebook(file, { engine });
    await engine.close();
    expect([values.rows, values.slowest]).toEqual([length, headless.values.slowest]);
    expect(values.slowest).toBe(10000.2);
    expect(values.many).toEqual(headless.values.many);
    expect(await page.locator("#cell-2 tbody tr").count()).toBe(14);
    expect(new Set(await column(4))).toEqual(new Set([hostile]));
    expect(await page.locator("main img").count()).toBe(0);
  });

  test("is scrolled by wheel and keys to its last row, and sorted by a heading", async () => {
    const region = page.getByRole("region", { name: "Rows of many" });
    await region.focus();
    await region.press("PageDown");
    expect((await column(1))[0]).toBe("13");
    await region.press("End");
    await expect.poll(async () => (await column(1)).at(-1)).toBe("199,999");
    await region.press("Home");
    await region.hover();
    await page.mouse.wheel(0, 3000);
    await expect.poll(async () => (await column(1))[0]).not.toBe("0");
    await region.press("Home");
    await page.locator("#cell-2 th button", { hasText: "duration" }).click();
    const durations = Array.from({ length }, (_, i) => ((i * 7919) % 100_003) / 10).sort((a, b) => b - a);
    const shown = (await column(2)).map((text) => Number(text.replace(",", "")));
    expect(shown).toEqual(durations.slice(0, 14));
    await page.locator("#cell-2").screenshot({ path: join(pictures, "many.png") });
  });

  test("all rows are saved as CSV and as Parquet", async () => {
    const csv = (await saved("CSV")).toString();
    expect(csv.slice(0, 100).split("\r\n").slice(0, 2)).toEqual([
      "id,duration,service,hostile",
      `0,0,service 0,${hostile}`,
    ]);
    expect(csv.split("\r\n")).toHaveLength(length + 2);
    initSync({ module: readFileSync(createRequire(import.meta.url).resolve("parquet-wasm/esm/parquet_wasm_bg.wasm")) });
    const parquet = readParquet(await saved("Parquet"));
    const read = parquet.recordBatches().reduce((sum, batch) => sum + batch.numRows, 0);
    expect(read).toBe(length);
  });

  test("Stop ends a query, and the next one runs", async () => {
    const cell = page.locator("#cell-5");
    await page.getByLabel("wanted").click();
    await cell.getByRole("button", { name: "Stop" }).click();
    const { states } = await settled(page, ({ states }) => states.some(({ status }) => status === "failed"));
    expect(states.filter(({ status }) => status === "failed")).toMatchObject([{ id: 5, error: "stopped" }]);
    await page.getByLabel("wanted").click();
    await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
    expect(await cell.locator("tbody td").innerText()).toBe("0");
  });

  test("tables, columns and the notebook's names are completed", async () => {
    await page.locator("#cell-2").focus();
    await page.keyboard.press("Enter");
    const editor = page.locator("#cell-2 .cm-content");
    const options = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel");
    for (const [text, label] of [
      ["SELECT 1 FROM spa", "spans"],
      ["SELECT 1 FROM spans WHERE dura", "duration"],
      ["SELECT 1 FROM spans s WHERE s.serv", "service"],
      ["SELECT ${slow", "slowest"],
    ] as const) {
      await editor.press("Control+a");
      await page.keyboard.type(text);
      await expect.poll(() => options.allInnerTexts(), { timeout: 5000 }).toContain(label);
    }
    await page.locator("#cell-3").focus();
    await page.keyboard.press("Enter");
    const code = page.locator("#cell-3 .cm-content");
    await code.press("Control+Home");
    await page.keyboard.type("callTa");
    await options.getByText("callTable", { exact: true }).waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.press("Enter");
    expect((await code.innerText()).split("\n")[0]).toBe('import { callTable } from "../cells/callTable.ts";');
    expect(chromium.problems).toEqual([]);
  });
});
