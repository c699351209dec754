import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { runNotebook } from "../../build/runNotebook.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { fixtureCopy } from "../build/fixtureCopy.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import { settled } from "./settled.ts";

const folder = fixtureCopy();
let engines: EngineService;
let server: LiveServer;
let chromium: ChromiumPage;
let page: Page;
let requests: string[];

describeInChromium("a notebook's live page", () => {
  beforeAll(async () => {
    engines = serveEngine(() => openDuckDBNode({ folders: [folder] }), { roots: [folder], token: null });
    const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
    server = await startServer({ workspace: await openWorkspace(folder), engine, port: 0 });
  });
  afterAll(async () => {
    await server?.close();
    await engines?.close();
  });
  beforeEach(async () => {
    chromium = await openChromium();
    page = chromium.page;
    requests = [];
    page.context().on("request", (request) => requests.push(request.url()));
  });
  afterEach(() => chromium.close());

  async function open(path: string): Promise<void> {
    const url = new URL(path, server.url);
    url.searchParams.set("token", server.token);
    await page.goto(url.href);
  }

  test.each(["native", "wasm"])("has the values of the headless run, with the %s engine", async (name) => {
    await open(`/latency.html?engine=${name}`);
    const { states, values } = await settled(page);
    expect(states.map(({ status }) => status)).toEqual(states.map(() => "done"));
    const engine = await openDuckDBNode();
    const headless = await runNotebook(join(folder, "notebooks", "latency.html"), { engine });
    await engine.close();
    expect(values).toEqual(headless.values);
    expect(Object.keys(values)).toEqual(expect.arrayContaining(["rows", "calls", "limit", "answer"]));
    expect(chromium.problems).toEqual([]);
    expect(requests.every((url) => url.startsWith(`http://127.0.0.1:${server.port}/`))).toBe(true);
    expect(requests.some((url) => url.includes("/engine/query"))).toBe(name === "native");
    expect(requests.some((url) => url.endsWith("duckdb-eh.wasm"))).toBe(name === "wasm");
    expect(await page.locator("#engine").inputValue()).toBe(name);
  });

  test("the token leaves the address, and what a trace says stays text", async () => {
    await open("/latency.html");
    await settled(page);
    expect(page.url()).toBe(`http://127.0.0.1:${server.port}/latency.html`);
    expect(await page.title()).toBe("Latency of three APIs · Palette");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("#cell-1").innerText()).toContain("<img src=x");
  });

  test("an input's change runs what needs it", async () => {
    await open("/latency.html");
    const before = await settled(page);
    await page.locator("#cell-2 input[type=number]").fill("100");
    const { values } = await settled(
      page,
      ({ values }) => values.limit === 100 && values.calls !== before.values.calls,
    );
    expect(values.calls).toBeLessThan(before.values.calls as number);
    expect(await page.locator("#cell-4 svg").count()).toBe(1);
  });

  test("each mistake is shown once, as text, with its source; what follows points to it", async () => {
    await open("/broken.html");
    await settled(page);
    expect(await page.locator("#cell-7 .message").innerText()).toBe("Cell 7 failed. TypeError: <b>one</b> two");
    expect(await page.locator("#cell-7 .message b").count()).toBe(0);
    expect(await page.locator("#cell-7 .source").isVisible()).toBe(true);
    expect(await page.locator("#cell-9 .message").innerText()).toBe("Not run: needs after, see cell 7");
    expect(await page.locator("#cell-9 .message a").getAttribute("href")).toBe("#cell-7");
    expect(await page.locator("#cell-3 .message").isVisible()).toBe(false);
    expect(await page.getByText("<b>one</b>").count()).toBe(2);
    expect(await page.locator("#progress").innerText()).toMatch(/^16 failed of 18 cells$/);
    expect(await page.locator("#progress").getAttribute("href")).toBe("#cell-2");
  });

  test("a changed file runs the cells that it touches, and leaves inputs as they are", async () => {
    await open("/latency.html");
    await settled(page);
    await page.locator("#cell-2 input[type=number]").fill("100");
    const before = await settled(page, ({ values }) => values.limit === 100);
    const file = join(folder, "cells", "meanLatency.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("count(*)::DOUBLE AS calls", "2 * count(*)::DOUBLE AS calls"));
    const doubled = (before.values.calls as number) * 2;
    const { values } = await settled(page, ({ values }) => values.calls === doubled);
    expect(values.limit).toBe(100);
    writeFileSync(file, "export const unfinished = (");
    const broken = await settled(page, ({ states }) => states.some(({ status }) => status === "failed"));
    const failed = broken.states.filter(({ status }) => status === "failed");
    expect(failed).toMatchObject([{ id: 3, error: expect.stringMatching(/meanLatency\.ts:\d+:\d+: /) }]);
    writeFileSync(file, text);
    const mended = await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
    expect(mended.values.calls).toBe(before.values.calls);
    expect(await page.locator("#cell-2 input[type=number]").inputValue()).toBe("100");
  });

  test("a version that is slow to load does not take the place of a newer one", async () => {
    await open("/latency.html");
    const before = await settled(page);
    const first = new URL(requests.find((url) => url.includes("/notebooks/latency-"))!).pathname;
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = (url: URL) => url.pathname.includes("/notebooks/latency-") && url.pathname !== first;
    await page.route(slow, async (route) => {
      await held;
      await route.continue();
    });
    const file = join(folder, "notebooks", "latency.html");
    const text = readFileSync(file, "utf8");
    const asked = page.waitForRequest((request) => slow(new URL(request.url())));
    writeFileSync(file, "<notebook></notebook>");
    const answered = (await asked).response();
    const told = page.evaluate(
      (first) =>
        new Promise<void>((resolve) => {
          const events = new EventSource("events?notebook=latency");
          events.addEventListener("notebook", ({ data }) => first.endsWith(data) && resolve(events.close()));
        }),
      first,
    );
    writeFileSync(file, text);
    await told;
    release();
    await (await answered)!.finished();
    await page.waitForTimeout(100);
    expect((await settled(page)).values).toEqual(before.values);
  });

  test("has landmarks, one first heading, and a way past the header", async () => {
    await open("/latency.html");
    await settled(page);
    for (const role of ["banner", "main"] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.getByRole("navigation", { name: "Notebooks" }).count()).toBe(1);
    expect(await page.getByLabel("Engine").count()).toBe(1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("notebook");
  });

  test("the list leads to the notebooks", async () => {
    await open("/");
    await page.getByRole("link", { name: "Latency of three APIs" }).click();
    await settled(page);
    await page.getByRole("link", { name: "Palette" }).click();
    expect(await page.getByRole("heading", { level: 2 }).allInnerTexts()).toEqual([
      ...["Mistakes of every kind", "Latency of three APIs"],
    ]);
  });
});
