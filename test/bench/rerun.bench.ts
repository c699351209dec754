import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { Workbench } from "../browser/workbench.ts";
import { benchNotebooks } from "./benchNotebooks.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "Memory of a page whose cell is run again and again";

/** How often the cell with the large table is run. */
const reruns = 500;

/** Runs a cell that returns an Arrow table of 100 MB; the peer is the memory after the first runs. */
export async function run(): Promise<BenchRow[]> {
  const bench = new Workbench(benchNotebooks());
  await bench.start();
  try {
    await bench.open("arrow");
    const [before, after] = await memory(bench.page);
    const measure = `page's process after ${reruns} runs of a cell with a 100 MB Arrow table`;
    return [{ measure, unit: "MB", ours: after, peer: { name: "after 20 runs", value: before } }];
  } finally {
    await bench.close();
  }
}

/** Memory of the page's process, MB, after 20 and after all runs of the cell. */
async function memory(page: Page): Promise<[number, number]> {
  const run = (times: number) =>
    page.evaluate(async (times) => {
      const { palette } = globalThis as unknown as {
        palette: { states(): { id: number; status: string; startedAt?: number; error?: string }[] };
      };
      const button = document.querySelector<HTMLButtonElement>("#cell-1 > .output button")!;
      const last = () => palette.states().find(({ id }) => id === 3)!;
      for (let i = 0; i < times; i++) {
        const before = last().startedAt;
        button.click();
        while (last().startedAt === before || last().status !== "done") {
          await new Promise((next) => setTimeout(next));
          const failed = palette.states().find(({ status }) => status === "failed");
          if (failed) throw new Error(`run ${i}, cell ${failed.id}: ${failed.error}`);
        }
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
