import { mkdirSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { mostTaken } from "../../lib/engine/fileIntake.ts";
import { literal } from "../../lib/engine/sql.ts";
import { describeInChromium, openChromium } from "./chromium.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { type PageState, settled } from "./settled.ts";
import { serveStatically } from "./staticServer.ts";
import { Workbench } from "./workbench.ts";

const root = projectRoot().replace(/.$/, "");
const data = realpathSync(mkdtempSync(join(tmpdir(), "palette-data-")));
const site = join(root, "out", "shared", "explore");
const pictures = join(root, "out", "data-in");
const bench = new Workbench(root, [data]);

/** 300 traces of Nezha's columns, each a root that calls one other; `pad` more bytes in each record. */
function nezhaRows(pad: number): string {
  const columns = (span: string, parent: string, pod: string, from: string, to: string) =>
    `SELECT t::VARCHAR AS "TraceID", t || '${span}' AS "SpanID", ${parent} AS "ParentID", '${pod}' AS "PodName",
      'GET /${pod}' AS "OperationName", ${from} AS "StartTimeUnixNano", ${to} AS "EndTimeUnixNano",
      repeat('x', ${pad}) AS "Note" FROM range(300) r(t)`;
  const start = "1700000000000000000 + t * 10000000";
  return `${columns("a", "'root'", "front", start, `${start} + 4000000 + t * 1000`)}
    UNION ALL ${columns("b", "t || 'a'", "back", `${start} + 1000000`, `${start} + 2000000 + t * 1000`)}`;
}

async function write(name: string, pad = 0): Promise<string> {
  const engine = await openDuckDBNode();
  const file = join(data, name);
  const format = name.endsWith(".parquet") ? "parquet" : "csv";
  await engine.query(`COPY (${nezhaRows(pad)}) TO ${literal(file)} (FORMAT ${format})`);
  await engine.close();
  return file;
}

/** Drops a file on the middle of the page. */
async function drop(page: Page, file: string): Promise<void> {
  const bytes = readFileSync(file).toString("base64");
  await page.evaluate(
    ([base64, name]) => {
      const content = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], name!));
      const target = document.querySelector("#notebook h1")!;
      for (const type of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [bytes, basename(file)],
  );
}

const readFiles = ({ values }: PageState) =>
  ((values.traces ?? { files: [] }) as { files: { path: string; format: string; rows: number }[] }).files;
const isRead = (name: string) => (state: PageState) => readFiles(state).some(({ path }) => path.endsWith(name));
const undone = ({ states }: PageState) => states.filter(({ status }) => status !== "done");

/** The tests of one server go on where the one before left the page. */
describeInChromium("data in", () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    await bench.start();
  });
  afterAll(() => bench.close());

  test("a CSV that is dropped on the page is copied, read and shown with its format and ledger", async () => {
    const { page } = bench;
    const file = await write("dropped.csv");
    await bench.open("explore");
    await drop(page, file);
    const state = await settled(page, isRead("dropped.csv"));
    expect(undone(state)).toEqual([]);
    expect(readFiles(state)).toEqual([{ path: "dropped/1/dropped.csv", format: "nezha", rows: 600 }]);
    await page.getByText("nezha: 600 records read, none rejected").click();
    expect(await page.locator(".palette-opened").innerText()).toContain("600 read = 600 accepted");
    expect(await page.getByLabel("API", { exact: true }).locator("option").allInnerTexts()).toHaveLength(2);
    await page.getByText("Public traces, and how to get them").click();
    const listed = await page.locator(".palette-traces").innerText();
    expect(listed).toMatch(/MIT[\s\S]*github.com\/IntelligentDDS\/Nezha/);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.screenshot({ path: join(pictures, "dropped-dark.png") });
    await page.emulateMedia({ colorScheme: "light" });
    await page.screenshot({ path: join(pictures, "dropped.png") });
    expect(await seriousFindings(page)).toEqual([]);
    // Another page has no copy: the choice falls back to the ready data set, and the page says why.
    await page.reload();
    const again = await settled(page);
    expect(undone(again)).toEqual([]);
    expect(readFiles(again)[0]!.path).toMatch(/^datasets\//);
    await page.getByText("dropped on another page").waitFor();
  });

  test("Stop ends the copying of a file, and what was read before stays", async () => {
    const { page } = bench;
    const before = readFiles(await settled(page));
    let ended = "";
    page.on("requestfailed", (request) => {
      if (request.url().includes("/take")) ended = request.failure()!.errorText;
    });
    await page.route("**/take*", () => {});
    await drop(page, join(data, "dropped.csv"));
    await page.getByText("Taking dropped.csv…").waitFor();
    await page.locator(".palette-traces").getByRole("button", { name: "Stop" }).click();
    await page.getByText("Stopped: nothing was taken.").waitFor();
    await expect.poll(() => ended).toBe("net::ERR_ABORTED");
    await page.unroute("**/take*");
    expect(readFiles(await settled(page))).toEqual(before);
    await drop(page, join(data, "dropped.csv"));
    expect(undone(await settled(page, isRead("dropped.csv")))).toEqual([]);
  });

  test("a file that is too large to copy is found where it lies", async () => {
    const { page } = bench;
    const file = await write("large.csv", Math.ceil(mostTaken / 600));
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/take")) sent.push(request.url());
    });
    await page.locator("input[type=file]").setInputFiles(file);
    const state = await settled(page, isRead("large.csv"));
    expect(undone(state)).toEqual([]);
    expect(readFiles(state)).toEqual([{ path: file, format: "nezha", rows: 600 }]);
    expect(sent).toEqual([]);
  });

  test("paths are suggested as they are typed", async () => {
    const { page } = bench;
    const path = page.getByPlaceholder("a file, a folder or a glob");
    await path.fill("datasets/fig");
    const offered = page.locator("datalist option[value='datasets/figure1/']");
    await offered.waitFor({ state: "attached" });
    await path.fill("datasets/figure1");
    await path.press("Enter");
    const state = await settled(page, isRead("figure1/traces.jsonl.gz"));
    expect(undone(state)).toEqual([]);
  });

  test("a Parquet file and a CSV are read by a notebook shared as a site, in the page alone", async () => {
    const files = [await write("alone.parquet"), await write("alone.csv")];
    await bench.page.getByRole("button", { name: "Share" }).click();
    await bench.page.getByRole("button", { name: "A site" }).click();
    await bench.page.getByText(`Written to ${site}`).waitFor();
    await bench.page.screenshot({ path: join(pictures, "share.png") });
    const { address, close } = await serveStatically(site);
    const chromium = await openChromium();
    const { page } = chromium;
    await page.goto(`${address}explore.html`);
    await settled(page);
    for (const file of files) {
      await drop(page, file);
      const state = await settled(page, isRead(basename(file)));
      expect(undone(state)).toEqual([]);
      const { values } = state;
      expect(values.selfTime).toEqual([
        expect.objectContaining({ service: "front" }),
        expect.objectContaining({ service: "back" }),
      ]);
      const drawn = await page.locator("main svg[aria-label]").evaluateAll((all) => all.map((one) => one.ariaLabel));
      expect(drawn.join("\n")).toMatch(/Latency CDFs of .*front/);
    }
    await page.screenshot({ path: join(pictures, "exported.png"), fullPage: true });
    expect(chromium.problems).toEqual([]);
    await chromium.close();
    close();
  });
});
