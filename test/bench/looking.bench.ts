import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openChromium } from "../browser/chromium.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "Figures in Chromium, ms from data to a drawing that is laid out";

/** Draws figures of large inputs in an empty page; best of five each. The peer is the time asked for. */
export async function run(): Promise<BenchRow[]> {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("lookingPage.ts", import.meta.url))],
    ...{ bundle: true, write: false, format: "iife", platform: "browser", target: "es2022", logLevel: "error" },
  });
  const chromium = await openChromium();
  try {
    await chromium.page.setContent("<!doctype html><body></body>");
    await chromium.page.addScriptTag({ content: bundle.outputFiles[0]!.text });
    const found = await chromium.page.evaluate(() => {
      type Measured = { waterfall: number; graph: number; cdf: number; spans: number };
      return (globalThis as unknown as { measure(): Measured }).measure();
    });
    const row = (measure: string, ours: number, value: number): BenchRow => ({
      ...{ measure, unit: "ms", ours },
      peer: { name: "asked for", value },
    });
    return [
      row(`waterfall of ${found.spans} spans with its critical path`, found.waterfall, 200),
      row("API graph of 1,000 APIs", found.graph, 1000),
      row("CDFs of three samples of 20,000 for a new percentile", found.cdf, 100),
    ];
  } finally {
    await chromium.close();
  }
}
