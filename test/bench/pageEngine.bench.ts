import { statSync } from "node:fs";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import { Workbench } from "../browser/workbench.ts";
import { benchNotebooks } from "./benchNotebooks.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "From a file given to a page to the first CDF";

const spans = 2_000_000;

/** Reads two million spans in the page's own engine; the peer is the native one of the local server. */
export async function run(): Promise<BenchRow[]> {
  const bench = new Workbench(benchNotebooks());
  await bench.start();
  try {
    const file = await millionsOfSpans(bench.folder);
    const [native, wasm] = [await firstCdf(bench, "native", file), await firstCdf(bench, "wasm", file)];
    const size = Math.round(statSync(file).size / 2 ** 20);
    const measure = `${spans / 1e6} M spans (Parquet, ${size} MB), engine in the page`;
    return [{ measure, unit: "s", ours: wasm, peer: { name: "native engine", value: native } }];
  } finally {
    await bench.close();
  }
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
  await page.locator(`svg[aria-label*="${spans}"]`).waitFor({ timeout: 60_000 });
  return (performance.now() - started) / 1000;
}
