import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import type { BenchRow } from "./benchRow.ts";
import { measureProcess, type ProcessCost } from "./measureProcess.ts";

export const name = "Growth: simulate and fit, each decade of spans beside the one before";

const palette = new URL("../../build/palette.mjs", import.meta.url);
const recording = fileURLToPath(new URL("../../datasets/recording/traces.jsonl.gz", import.meta.url));
/** Spans of the smallest and the largest data set; PALETTE_BENCH_SPANS=1e8 adds a decade. */
const [smallest, largest] = [1e6, Number(process.env.PALETTE_BENCH_SPANS ?? 1e7)];
const limit = { option: "2GB", megabytes: 2000 };
/** What time may grow by in a decade. */
const perDecade = 10.5;

interface Decade {
  spans: number;
  simulate: ProcessCost;
  fit: ProcessCost;
  scan: number;
}

/**
 * Generates traces of a topology fitted to the recorded shop and fits to them, each in a process of its own, with a
 * limit of 2 GB for the process. The scan is DuckDB's: one sort by trace and start and one group of the same file.
 */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "palette-scale-"));
  try {
    const decades: Decade[] = [];
    const topology = join(folder, "topology.json");
    const spansPerTrace = await writeRecorded(topology);
    await measureProcess(palette, ["--version"]);
    for (let spans = smallest; spans <= largest; spans *= 10) {
      const file = join(folder, `${spans}.parquet`);
      const traces = String(Math.round(spans / spansPerTrace));
      const simulate = await measureProcess(palette, ["simulate", topology, "-n", traces, "-o", file]);
      const fitted = ["-o", join(folder, "fitted.json"), "--memory", limit.option, "--spill", folder];
      const fit = await measureProcess(palette, ["fit", file, ...fitted]);
      decades.push({ spans, simulate, fit, scan: await sortAndGroup(file) });
    }
    return decades.flatMap((decade, i) => rowsOf(decade, decades[i - 1]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowsOf({ spans, simulate, fit, scan }: Decade, before: Decade | undefined): BenchRow[] {
  const measure = `${(spans / 1e6).toLocaleString("en")} million spans`;
  const rows: BenchRow[] = [
    {
      measure: `${measure}: fit, seconds of a core`,
      unit: "s",
      ours: fit.cpu,
      peer: { name: "scan, sort, group", value: scan },
    },
    {
      measure: `${measure}: fit, peak memory of the process`,
      unit: "MB",
      ours: fit.megabytes,
      peer: { name: "--memory", value: limit.megabytes },
    },
  ];
  if (before === undefined) return rows;
  const linear = { name: "limit for a decade", value: perDecade };
  return [
    ...rows,
    {
      measure: `${measure}: fit, time of cores over the decade before`,
      unit: "×",
      ours: fit.cpu / before.fit.cpu,
      peer: linear,
    },
    {
      measure: `${measure}: simulate, time of cores over the decade before`,
      unit: "×",
      ours: simulate.cpu / before.simulate.cpu,
      peer: linear,
    },
    {
      measure: `${measure}: simulate, peak memory`,
      unit: "MB",
      ours: simulate.megabytes,
      peer: { name: "the decade before", value: before.simulate.megabytes },
    },
  ];
}

/** Fits to the recorded traces; returns how many spans the simulation writes for a trace. */
async function writeRecorded(path: string): Promise<number> {
  const engine = await openDuckDBNode();
  try {
    const topology = await fitTraces({ engine, schema: "recorded" }, [recording]);
    await writeFile(path, writeTopology(topology));
    const remote = topology.edges.reduce((sum, { kind, calls }) => sum + (kind === "remote" ? calls : 0), 0);
    const executions = topology.apis.reduce((sum, api) => sum + api.executions, 0);
    const traces = topology.workload.mix.reduce((sum, entry) => sum + entry.executions, 0);
    return (executions + remote) / traces;
  } finally {
    await engine.close();
  }
}

async function sortAndGroup(file: string): Promise<number> {
  const engine = await openDuckDBNode();
  try {
    const before = process.cpuUsage();
    await engine.query(`CREATE TABLE sorted AS FROM ${literal(file)} ORDER BY trace, start`);
    await engine.query("SELECT service, operation, quantile_cont(duration, [0.5, 0.99]) FROM sorted GROUP BY ALL");
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  } finally {
    await engine.close();
  }
}
