import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BenchRow } from "./benchRow.ts";
import { measureProcess, type ProcessCost } from "./measureProcess.ts";

export const name =
  "From gzip CSV to topology.json: palette fit beside DuckDB that reads the files and sorts their rows";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const folder = join(shared, "nezha/rca_data-2022-08-22");
const [palette, sortRows] = [
  new URL("../../build/palette.mjs", import.meta.url),
  new URL("sortRows.mjs", import.meta.url),
];
const [runs, shares] = [3, [0.1, 0.5, 1]];

/** Fits a day of OnlineBoutique (852,420 rows), and parts of it. Both run as whole processes, in turn. */
export async function run(): Promise<BenchRow[]> {
  if (!existsSync(folder)) throw new Error(`${folder}: the traces that this bench reads are not there`);
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".csv.gz"))
    .sort()
    .map((file) => join(folder, file));
  await measureProcess(palette, ["--version"]);
  const rows: BenchRow[] = [];
  const seconds: number[] = [];
  for (const share of shares) {
    const part = files.slice(0, Math.round(share * files.length));
    const ours: ProcessCost[] = [];
    const peers: ProcessCost[] = [];
    for (let time = 0; time < runs; time++) {
      ours.push(await measureProcess(palette, ["fit", ...part, "-o", "topology.json"]));
      peers.push(await measureProcess(sortRows, part));
    }
    const measure = `${part.length} of ${files.length} files`;
    const figures = (key: keyof ProcessCost) => ({
      ours: median(ours.map((cost) => cost[key])),
      peer: { name: "read and sort", value: median(peers.map((cost) => cost[key])) },
    });
    seconds.push(figures("seconds").ours);
    rows.push({ measure: `${measure}, time`, unit: "s", ...figures("seconds") });
    rows.push({ measure: `${measure}, peak memory`, unit: "MB", ...figures("megabytes") });
  }
  const grown = seconds[seconds.length - 1]! / seconds[0]!;
  const linear = { name: "linear", value: files.length / Math.round(shares[0]! * files.length) };
  return [...rows, { measure: "time, all files over the first tenth", unit: "×", ours: grown, peer: linear }];
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
