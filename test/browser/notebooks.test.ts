import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { FolderCache } from "../../build/resultCache.ts";
import { type NotebookResult, runNotebook } from "../../build/runNotebook.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { findNotebooks, openWorkspace } from "../../build/workspace.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type EngineService, serveEngine } from "../../lib/engine/serveEngine.ts";
import { type ChromiumPage, describeInChromium, openChromium } from "./chromium.ts";
import { exploringTests } from "./exploringTests.ts";
import { hostileNames, writeHostileTraces } from "./hostileTraces.ts";
import { doByKeyboard, doByPointer, readmeSteps } from "./readmeSteps.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { type PageState, settled } from "./settled.ts";

const root = projectRoot().replace(/.$/, "");
const workspace = await openWorkspace(root);
const notebooks = await findNotebooks(workspace);
const data = mkdtempSync(join(tmpdir(), "palette-hostile-"));
const pictures = join(root, "out", "notebooks");
const headless = new Map<string, NotebookResult>();
let engines: EngineService;
let server: LiveServer;
let chromium: ChromiumPage;
let page: Page;
/** Problems that earlier tests have told of. */
let known = 0;
const problems = () => chromium.problems.slice(known);

/** To 12 digits: the logarithms of Node's and Chromium's V8 differ in the last bit. */
function rounded(values: unknown): unknown {
  return JSON.parse(JSON.stringify(values), (_, value) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(12)) : value,
  );
}

async function headlessRun(name: string): Promise<NotebookResult> {
  const known = headless.get(name);
  if (known) return known;
  const engine = await openDuckDBNode();
  const result = await runNotebook(notebooks.get(name)!, { engine });
  await engine.close();
  headless.set(name, result);
  return result;
}

const list = () => `http://127.0.0.1:${server.port}/?token=${server.token}`;

/** Opens a notebook; with the engine that pages have by themselves as the README says it, where it does. */
async function open(name: string, engine: string): Promise<PageState> {
  const use = engine === "native" ? uses.get(name) : undefined;
  if (use) {
    await page.goto(list());
    await doByPointer(page, readmeSteps(use[0])[0]!.pointer);
    await page.waitForURL(/\.html/);
  } else await page.goto(`http://127.0.0.1:${server.port}/${name}.html?engine=${engine}&token=${server.token}`);
  return settled(page);
}

/** Whether the values are those of traces from this file. */
function isFrom(values: PageState["values"], file: string): boolean {
  const { files } = (values.traces ?? { files: [] }) as { files: { path: string }[] };
  return files[0]?.path === file;
}

/** The element of the cell that defines a name. */
function cell(notebook: string, name: string) {
  const found = headless.get(notebook)!.cells.find(({ names }) => names.includes(name));
  return page.locator(`#cell-${found!.id}`);
}

async function read(path: string): Promise<void> {
  await page.getByPlaceholder("a file, a folder or a glob").fill(path);
  await page.getByRole("button", { name: "Read", exact: true }).click();
}

/** Does something to the page, and finds the ids of the cells that ran again once `condition` holds. */
async function rerun(act: () => Promise<unknown>, condition: (state: PageState) => boolean): Promise<number[]> {
  const runs = () =>
    page.evaluate(() => {
      const { palette } = globalThis as unknown as { palette: { states(): { id: number; startedAt?: number }[] } };
      return palette.states().map(({ id, startedAt }): [number, number] => [id, startedAt ?? 0]);
    });
  const before = new Map(await runs());
  await act();
  await settled(page, condition);
  return (await runs()).flatMap(([id, startedAt]) => (before.get(id) === startedAt ? [] : [id]));
}

/** Each test goes on where the one before it left the page, since a fit takes longer than all else. */
describeInChromium("the project's notebooks", () => {
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    const folders: [string, ...string[]] = [root, data];
    // Two engines at most: a page that is left gives its own back.
    engines = serveEngine(() => openDuckDBNode({ folders }), { roots: folders, token: null, most: 2 });
    const engine = (request: IncomingMessage, response: ServerResponse) => engines.handle(request, response);
    const cache = new FolderCache(mkdtempSync(join(tmpdir(), "palette-results-")));
    server = await startServer({ workspace, engine, cache, port: 0 });
    chromium = await openChromium();
    page = chromium.page;
  });
  afterAll(async () => {
    await chromium?.close();
    await server?.close();
    await engines?.close();
  });
  beforeEach(() => {
    known = chromium.problems.length;
  });

  describe.each([...notebooks.keys()])("%s", (name) => {
    test.each(["wasm", "native"])("has the headless run's values in the page, with the %s engine", async (engine) => {
      const { states, values } = await open(name, engine);
      const result = await headlessRun(name);
      expect(result.cells.filter(({ status }) => status !== "done")).toEqual([]);
      expect(states.filter(({ status }) => status !== "done")).toEqual([]);
      expect(rounded(values)).toEqual(rounded(result.values));
      expect(await page.locator("main").innerText()).not.toMatch(/undefined|NaN|\[object|Infinity/);
      expect(problems()).toEqual([]);
    });

    test("has everything in sight, and axe finds nothing serious, on a wide and a narrow page, light and dark", async () => {
      for (const [variant, width, label, background] of [
        ["narrow-dark", 420, "Dark", "rgb(22, 24, 28)"],
        ["wide", 1200, "Light", "rgb(255, 255, 255)"],
      ] as const) {
        await page.getByLabel("Colours").selectOption({ label });
        await page.setViewportSize({ width, height: 900 });
        // The page tells its cells of another width a frame later.
        await page.waitForTimeout(200);
        await settled(page);
        const shown = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        expect(shown).toBe(background);
        await page.screenshot({ path: join(pictures, `${name}-${variant}.png`), fullPage: true });
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        expect(await seriousFindings(page)).toEqual([]);
      }
      expect(problems()).toEqual([]);
    });

    if (name === "explore") exploringTests(() => page);
    if (name === "quickstart") testInputs();
    if (name === "fidelity") testWorst();
    if (name === "tune") testTuning();

    const use = uses.get(name);
    if (use) testUse(...use);

    test("shows hostile names as text", async () => {
      const file = writeHostileTraces(data);
      const elements = page.locator("main :is(img, script, iframe, object, embed, b, link, base)");
      expect(await elements.count()).toBe(0);
      await read(file);
      const { states } = await settled(page, ({ values }) => isFrom(values, file));
      expect(states.filter(({ status }) => status !== "done")).toEqual([]);
      expect(await elements.count()).toBe(0);
      expect(await page.locator("main a[href^='javascript']").count()).toBe(0);
      expect(await page.evaluate(() => "injected" in globalThis)).toBe(false);
      expect(await page.locator("main").innerText()).toContain(hostileNames[0]);
      await page.screenshot({ path: join(pictures, `${name}-hostile.png`), fullPage: true });
      expect(problems()).toEqual([]);
    });
  });
});

/** What the README's steps with a notebook lead to, by the use that they are of. */
const uses = new Map<
  string,
  readonly [use: string, reached: (before: PageState, after: PageState, saved: string[]) => void]
>([
  [
    "explore",
    [
      "Explore traces",
      (before, after) => {
        expect(after.values.range).not.toBeNull();
        expect(after.values.trace).not.toEqual(before.values.trace);
        expect(after.values.waterfall).not.toEqual(before.values.waterfall);
      },
    ],
  ],
  [
    "compare",
    [
      "See simple statistics against a causal model",
      (before, after) => {
        expect(after.values.percentile).not.toBe(before.values.percentile);
        expect(after.values.quantiles).not.toEqual(before.values.quantiles);
        expect(after.values.api).not.toBe(before.values.api);
      },
    ],
  ],
  [
    "tune",
    [
      "Take the topology away",
      (_, after, [tuned]) => {
        expect(JSON.parse(tuned!)).toMatchObject({
          provenance: { interventions: expect.arrayContaining([expect.objectContaining({ type: "scaleOwnTime" })]) },
        });
        expect(tuned).toBe(after.values.tunedJson);
      },
    ],
  ],
]);

/** From the list of notebooks, or by pointer from the page that was opened there, to a use's end as the README says. */
function testUse(use: string, reached: (before: PageState, after: PageState, saved: string[]) => void): void {
  test.each(["pointer", "keyboard"] as const)("the README's steps suffice: %s", async (means) => {
    const [first, ...steps] = readmeSteps(use);
    const follow = means === "pointer" ? doByPointer : doByKeyboard;
    const saved: Promise<string>[] = [];
    const save = async (download: Download) => saved.push(download.path().then((path) => readFileSync(path, "utf8")));
    page.on("download", save);
    if (means === "keyboard") {
      await page.goto(list());
      await doByKeyboard(page, first!.keyboard);
      await page.waitForURL(/\.html/);
    }
    const before = await settled(page);
    for (const step of steps) {
      await follow(page, step[means]);
      await page.waitForTimeout(100);
      const { states } = await settled(page);
      expect(states.filter(({ status }) => status !== "done")).toEqual([]);
    }
    await expect.poll(() => saved.length).toBe(use.startsWith("Take") ? 1 : 0);
    reached(before, await settled(page), await Promise.all(saved));
    page.off("download", save);
    expect(problems()).toEqual([]);
  });
}

/** From the headline to the cause of an API that is off, on the page of fidelity. */
function testWorst(): void {
  test("a row of the worst APIs shows its cause and its pictures, without another fit", async () => {
    const ids = (await headlessRun("fidelity")).cells.map(({ id, names }) => [id, names] as const);
    const idOf = (name: string) => ids.find(([, names]) => names.includes(name))![0];
    const { values } = await settled(page);
    const { worst } = values.report as { worst: { service: string; api: string; cause: { text: string } }[] };
    expect(await page.locator("main").innerText()).toContain(worst[0]!.cause.text);
    const plot = cell("fidelity", "plotDistanceSteps").locator("svg").first();
    const before = await plot.getAttribute("aria-label");
    const clicked = await rerun(
      () => cell("fidelity", "worst").locator("tbody tr").nth(1).click(),
      (state) => (state.values.worst as { api: string }).api === worst[1]!.api,
    );
    expect(clicked).not.toContain(idOf("report"));
    expect(clicked).toContain(idOf("plotResidual"));
    expect(await page.locator("main").innerText()).toContain(worst[1]!.cause.text);
    expect(await plot.getAttribute("aria-label")).not.toBe(before);
    expect(problems()).toEqual([]);
  });
}

/** The sliders of the tuning notebook, on its page. */
function testTuning(): void {
  test("a slider redraws the CDFs, and the tuned topology is what palette apply makes", async () => {
    const slider = page.locator("main input[type=range]").first();
    const id = headless.get("tune")!.cells.find(({ names }) => names.includes("cdf"))!.id;
    const redrawn = await slider.evaluate((input: HTMLInputElement, cellId) => {
      const shown = document.getElementById(`cell-${cellId}`)!;
      const before = shown.querySelector("svg");
      const start = performance.now();
      return new Promise<number>((resolve) => {
        new MutationObserver((_, observer) => {
          const drawn = shown.querySelector("svg");
          if (drawn === null || drawn === before) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - start));
        }).observe(shown, { childList: true, subtree: true });
        input.value = "0.5";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }, id);
    console.info(`slider to redrawn CDF: ${Math.round(redrawn)} ms`);
    const { values, states } = await settled(page, (state) => String(state.values.list).includes("scaleOwnTime"));
    expect(states.filter(({ status }) => status !== "done")).toEqual([]);
    await page.screenshot({ path: join(pictures, "tune-tuned.png"), fullPage: true });
    const download = async (filename: string) => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.locator(`main a[download="${filename}"]`).click(),
      ]);
      const path = join(data, filename);
      await file.saveAs(path);
      return path;
    };
    const expectApplied = async (listed: unknown) => {
      const [topology, list, tuned] = [
        await download("topology.json"),
        await download("interventions.json"),
        await download("tuned.json"),
      ];
      expect(readFileSync(list, "utf8")).toBe(listed);
      const applied = join(data, "applied.json");
      const command = [join(root, "build/palette.mjs"), "apply", topology, list, "-o", applied];
      expect(spawnSync(process.execPath, command, { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
      expect(readFileSync(applied).equals(readFileSync(tuned))).toBe(true);
    };
    await expectApplied(values.list);
    const budget = page.getByLabel(/^Services, of/);
    const all = await budget.inputValue();
    await budget.fill("4");
    const smaller = await settled(page, (state) => String(state.values.list).includes("downscale"));
    expect(smaller.states.filter(({ status }) => status !== "done")).toEqual([]);
    await expectApplied(smaller.values.list);
    await budget.fill(all);
    await settled(page, (state) => !String(state.values.list).includes("downscale"));
    expect(problems()).toEqual([]);
  });
}

/** The quickstart's inputs, on its page. */
function testInputs(): void {
  test("quickstart's inputs run again what depends on them, and nothing else", async () => {
    const ids = (await headlessRun("quickstart")).cells.map(({ id, names }) => [id, names] as const);
    const idOf = (name: string) => ids.find(([, names]) => names.includes(name))![0];
    const { values } = await settled(page);
    const { topology } = values as { topology: { apis: { id: string }[] } };

    const plot = cell("quickstart", "cdf");
    const percentile = page.getByLabel("Percentile").and(page.locator("[type=number]"));
    const half = await rerun(
      () => percentile.fill("0.5"),
      (state) => state.values.percentile === 0.5,
    );
    expect(half.sort()).toEqual([idOf("cdf"), idOf("fit")].sort());
    expect(await plot.innerText()).toMatch(/P50/);

    const linear = await rerun(
      () => page.getByLabel("linear").check(),
      (state) => state.values.scale === "linear",
    );
    expect(linear.sort()).toEqual([idOf("cdf"), idOf("fit")].sort());

    const before = await plot.locator("svg").first().getAttribute("aria-label");
    const other = await rerun(
      () => page.getByLabel("Root API").selectOption({ index: 1 }),
      (state) => JSON.stringify(state.values.root) !== JSON.stringify(values.root),
    );
    expect(other).toEqual([idOf("cdf")]);
    expect(await plot.locator("svg").first().getAttribute("aria-label")).not.toBe(before);

    const id = topology.apis.find((api) => api.id !== values.api)!.id;
    const graph = cell("quickstart", "graph");
    const clicked = await rerun(
      () =>
        graph
          .locator(".palette-node")
          .filter({ hasText: id.split(": ")[1]! })
          .first()
          .click(),
      (state) => state.values.api !== values.api,
    );
    expect(clicked).not.toContain(idOf("graph"));
    expect(clicked).not.toContain(idOf("heldOut"));
    const chosen = (await settled(page)).values.api as string;
    expect(await page.getByLabel("API", { exact: true }).inputValue()).toBe(
      String(topology.apis.findIndex((api) => api.id === chosen)),
    );
    expect(await page.getByRole("heading", { level: 3 }).first().innerText()).toBe(`How ${chosen} runs`);
    expect(problems()).toEqual([]);
  });

  test("a click on the graph leads to all about an API, its neighbours lead on, and fits come from the cache", async () => {
    const { values } = await open("quickstart", "native");
    expect(await page.getByText("From the cache, computed").count()).toBe(2);
    await page.getByRole("button", { name: "Map", exact: true }).click();
    expect(await page.getByRole("link", { name: /^Cell \d+, .*: from cache, computed .* UTC, \d/ }).count()).toBe(2);
    expect(await page.locator(".cell[data-cached] > .aside > .time").allInnerTexts()).toEqual([
      ...Array(2).fill(expect.stringMatching(/^from cache, \d/)),
    ]);
    await page.screenshot({ path: join(pictures, "quickstart-cached.png") });
    await page.getByRole("button", { name: "Map", exact: true }).click();
    expect(rounded(values.topology)).toEqual(rounded(headless.get("quickstart")!.values.topology));
    const about = (api: string) => [`How ${api} runs`, `What the latency of ${api} is made of`];
    await page.getByRole("searchbox", { name: "Find an API" }).fill("catalogue GET /products");
    await page.locator(".palette-node:not(.palette-faded)").first().click();
    const chosen = async () => (await settled(page)).values.api as string;
    const first = await chosen();
    const further = [`Who calls ${first}, and whom it calls`, `How close the model of ${first} comes`];
    for (const name of [...about(first), ...further]) await page.getByRole("heading", { name }).waitFor();
    const drawn = () =>
      page.locator("main svg[aria-label]").evaluateAll((all) => all.map((one) => one.ariaLabel).join("\n"));
    const figures = await drawn();
    for (const what of [`Causal model of ${first}`, "Latency CDFs of Latency of", "Latency CDFs of Own time of"])
      expect(figures).toContain(what);
    const callers = page.getByRole("grid", { name: `Callers of ${first}` });
    await callers.locator("tbody tr").first().click();
    const second = await chosen();
    expect(second).not.toBe(first);
    await page.getByRole("heading", { name: about(second)[0]! }).waitFor();
    expect(await drawn()).toContain(`Causal model of ${second}`);

    const asked = () => new URL(page.url()).searchParams.get("api");
    expect(asked()).toBe(second);
    await page.goBack();
    await settled(page, ({ values }) => values.api === first);
    expect(asked()).toBe(first);
    await page.goForward();
    await settled(page, ({ values }) => values.api === second);
    await page.goto("about:blank");
    await page.goBack();
    expect((await settled(page)).values.api).toBe(second);
    const heading = page.getByRole("heading", { name: about(second)[0]! });
    await expect.poll(async () => (await heading.boundingBox())!.y).toBeLessThan(200);
    expect(problems()).toEqual([]);
  });

  test("another data set, chosen while one is being read, is the one that is shown", async () => {
    const select = page.getByLabel("Data set");
    await select.selectOption({ label: "Figure 1 scenario" });
    await select.selectOption({ label: "Recording of a small shop" });
    await select.selectOption({ label: "Figure 1 scenario" });
    const { states, values } = await settled(page, ({ values }) => isFrom(values, "datasets/figure1/traces.jsonl.gz"));
    expect(states.filter(({ status }) => status !== "done")).toEqual([]);
    expect(values.source).toMatchObject({ name: "figure1" });
    const compared = await headlessRun("compare");
    expect(rounded(values.report)).toEqual(rounded(compared.values.report));
    expect(problems()).toEqual([]);
  });

  test("a path that leads nowhere is told in one line, once", async () => {
    await read("no/such/traces.json");
    const failed = ({ states }: PageState) => states.some(({ status }) => status === "failed");
    const { states } = await settled(page, failed);
    const said = "no/such/traces.json: no such file or folder";
    expect(states.filter(({ status }) => status === "failed").map(({ error }) => error)).toEqual([said]);
    expect(await page.getByText(said).count()).toBe(1);
    expect(await page.locator(".palette-progress").count()).toBe(0);
    await read("");
    const mended = await settled(page, ({ states }) => states.every(({ status }) => status === "done"));
    expect(mended.values.source).toMatchObject({ name: "figure1" });
  });
}
