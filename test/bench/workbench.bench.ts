import type { Page } from "playwright-core";
import { settled } from "../browser/settled.ts";
import { Workbench } from "../browser/workbench.ts";
import { benchNotebooks } from "./benchNotebooks.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "The workbench in Chromium";

/** Repetitions; the median counts. */
const runs = 7;

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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
