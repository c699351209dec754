import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import { settled } from "../browser/settled.ts";
import { Workbench } from "../browser/workbench.ts";
import { benchNotebooks } from "./benchNotebooks.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "The workbench in Chromium";

/** Repetitions; the median counts. */
const runs = 7;
/** How often the cell with the large table is run. */
const reruns = 500;
const spans = 2_000_000;

/** Measures the workbench as people meet it: live pages of one server. The peer is what was asked for. */
export async function run(): Promise<BenchRow[]> {
  const bench = new Workbench(benchNotebooks());
  await bench.start();
  const { page } = bench;
  try {
    const rows: BenchRow[] = [];
    for (const [name, what] of [
      ["small", "4 cells"],
      ["many", "200 cells"],
    ] as const) {
      await bench.open(name);
      rows.push(asked(`page with ${what}: interactive after the server answers`, "ms", await interactive(page), 1500));
      rows.push(asked(`page with ${what}: edit of a trivial cell to its new output`, "ms", await edit(page), 150));
      rows.push(asked(`page with ${what}: slider to redrawn CDFs, 20,000 traces`, "ms", await slide(page), 100));
    }
    await bench.open("arrow");
    const [before, after] = await memory(page);
    rows.push({
      measure: `page's memory after ${reruns} runs of a cell with a 100 MB Arrow table`,
      ...{ unit: "MB", ours: after, peer: { name: "after 20 runs", value: before } },
    });
    const file = await millionsOfSpans(bench.folder);
    const times: Record<string, number> = {};
    for (const engine of ["native", "wasm"]) times[engine] = await firstCdf(bench, engine, file);
    rows.push({
      measure: `${spans / 1e6} M spans (Parquet, ${Math.round(readFileSync(file).length / 2 ** 20)} MB) from drop to first CDF, engine in the page`,
      ...{ unit: "s", ours: times.wasm!, peer: { name: "native engine", value: times.native! } },
    });
    return rows;
  } finally {
    await bench.close();
  }
}

function asked(measure: string, unit: string, ours: number, value: number): BenchRow {
  return { measure, unit, ours, peer: { name: "asked for", value } };
}

/** ms from the first byte of the page until all of its cells are there, with their tools; assets are cached. */
async function interactive(page: Page): Promise<number> {
  await page.addInitScript(() => {
    const state = globalThis as unknown as { interactive?: number };
    new MutationObserver((_, observer) => {
      const cells = document.querySelectorAll("main > .cell").length;
      if (cells === 0 || document.querySelectorAll(".cell > .tools").length < cells) return;
      observer.disconnect();
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      state.interactive = performance.now() - navigation!.responseStart;
    }).observe(document, { childList: true, subtree: true });
  });
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    await page.reload();
    await settled(page);
    for (;;) {
      const time = await page.evaluate(() => (globalThis as unknown as { interactive?: number }).interactive);
      if (time !== undefined) {
        found.push(time);
        break;
      }
      await page.waitForTimeout(20);
    }
  }
  return median(found);
}

/** ms from the keys that run an edited cell to its new output. */
async function edit(page: Page): Promise<number> {
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    await page.locator("#cell-1").focus();
    await page.keyboard.press("Enter");
    await page.locator("#cell-1 .cm-content").fill(`display("run ${run}");`);
    await page.evaluate((wanted) => {
      const state = globalThis as unknown as { shown?: Promise<number> };
      state.shown = new Promise((resolve) => {
        let pressed = 0;
        const press = ({ key }: KeyboardEvent) => {
          if (key === "Enter") pressed = performance.now();
        };
        addEventListener("keydown", press, { capture: true });
        const main = document.getElementById("notebook")!;
        new MutationObserver((_, observer) => {
          if (!document.querySelector("#cell-1 > .output")?.textContent?.includes(wanted)) return;
          observer.disconnect();
          resolve(performance.now() - pressed);
        }).observe(main, { childList: true, subtree: true, characterData: true });
      });
    }, `run ${run}`);
    await page.keyboard.press("Control+Enter");
    found.push(await page.evaluate(() => (globalThis as unknown as { shown: Promise<number> }).shown));
  }
  return median(found);
}

/** ms from a slider's new value to the frame after the CDFs were drawn anew. */
async function slide(page: Page): Promise<number> {
  const found: number[] = [];
  for (let run = 0; run < runs; run++) {
    const time = await page.locator("#cell-2 input[type=range]").evaluate(
      (input: HTMLInputElement, value) => {
        const shown = document.getElementById("cell-4")!;
        const before = shown.querySelector("svg");
        const start = performance.now();
        return new Promise<number>((resolve) => {
          new MutationObserver((_, observer) => {
            const drawn = shown.querySelector("svg");
            if (drawn === null || drawn === before) return;
            observer.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - start));
          }).observe(shown, { childList: true, subtree: true });
          input.value = String(value);
          input.dispatchEvent(new Event("input", { bubbles: true }));
        });
      },
      0.6 + run / 10,
    );
    found.push(time);
    await settled(page);
  }
  return median(found);
}

/** Memory of the page's process, MB, after 20 and after all runs of the cell. */
async function memory(page: Page): Promise<[number, number]> {
  const run = (times: number) =>
    page.evaluate(async (times) => {
      const { palette } = globalThis as unknown as {
        palette: { states(): { id: number; status: string; startedAt?: number }[] };
      };
      const button = document.querySelector<HTMLButtonElement>("#cell-1 button")!;
      const last = () => palette.states().find(({ id }) => id === 3)!;
      for (let i = 0; i < times; i++) {
        const before = last().startedAt;
        button.click();
        while (last().startedAt === before || last().status !== "done") await new Promise((next) => setTimeout(next));
      }
    }, times);
  const session = await page.context().newCDPSession(page);
  const measured = async () => {
    await session.send("HeapProfiler.collectGarbage");
    await page.waitForTimeout(1000);
    return residentOfRenderers();
  };
  await run(20);
  const before = await measured();
  await run(reruns - 20);
  return [before, await measured()];
}

/** Resident memory of the renderers that this process has started, MB: the largest is the page's. */
function residentOfRenderers(): number {
  const processes = new Map<number, { parent: number; renderer: boolean; resident: number }>();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(join("/proc", name, "status"), "utf8");
      const value = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
      const renderer = readFileSync(join("/proc", name, "cmdline"), "utf8").includes("--type=renderer");
      processes.set(Number(name), { parent: value("PPid"), renderer, resident: value("VmRSS") / 1024 });
    } catch {
      // The process has ended meanwhile.
    }
  }
  const isOurs = (pid: number): boolean =>
    pid === process.pid || (processes.has(pid) && isOurs(processes.get(pid)!.parent));
  return Math.max(...[...processes].map(([pid, { renderer, resident }]) => (renderer && isOurs(pid) ? resident : 0)));
}

/** Writes traces of ten spans each, a root that calls nine others, as Palette's span table. */
async function millionsOfSpans(folder: string): Promise<string> {
  const file = join(folder, "spans.parquet");
  const engine = await openDuckDBNode();
  await engine.query(`COPY (
    SELECT printf('%032x', t) AS trace, printf('%016x', t * 10 + k) AS id,
      CASE WHEN k > 0 THEN printf('%016x', t * 10) END AS parent, 's' || k AS service, 'op' || k AS operation,
      t * 5000.0 + k * 300 AS start, CASE WHEN k = 0 THEN 3000 + hash(t) % 4000 ELSE 100 + hash(t * 10 + k) % 150 END::DOUBLE AS duration
    FROM range(${spans / 10}) a(t), range(10) b(k) ORDER BY t, k
  ) TO ${literal(file)} (FORMAT parquet)`);
  await engine.close();
  return file;
}

/** Seconds from a file given to the page to the CDF of its roots. */
async function firstCdf(bench: Workbench, engine: string, file: string): Promise<number> {
  const { page } = bench;
  await bench.open("large", `engine=${engine}`);
  const started = performance.now();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.locator(`svg[aria-label*="${spans}"]`).waitFor({ timeout: 170_000 });
  return (performance.now() - started) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
