import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulateBatches } from "../../lib/simulate/simulate.ts";
import { writeParquet } from "../../lib/simulate/writeParquet.ts";
import type { CarriedStatistics } from "../../lib/statistics/carryStatistics.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "A tenth of the traces added to a topology, beside a fit to all of them";

const recording = "datasets/recording/traces.jsonl.gz";
const traces = Number(process.env.PALETTE_BENCH_SPANS ?? 1e6) / 9;

/** Generates traces of a topology fitted to the recorded shop, a tenth of them in a file of its own. */
export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), "palette-update-"));
  try {
    const [known, fresh] = [join(folder, "known.parquet"), join(folder, "fresh.parquet")];
    const statistics = join(folder, "statistics.duckdb");
    await generate(known, Math.round(0.9 * traces), 1);
    await generate(fresh, Math.round(0.1 * traces), 2);
    const all = await fitted([known, fresh]);
    const keeping = await fitted([known], { kept: statistics });
    const update = await fitted([fresh], { known: statistics, kept: statistics });
    const size = `${Math.round(traces)} traces`;
    const peer = (value: number) => ({ name: "fit to all", value });
    return [
      { measure: `${size}, a tenth added: seconds of a core`, unit: "s", ours: update.cpu, peer: peer(all.cpu) },
      { measure: `${size}, a tenth added: seconds`, unit: "s", ours: update.seconds, peer: peer(all.seconds) },
      {
        measure: `nine tenths with --keep-statistics: seconds of a core`,
        unit: "s",
        ours: keeping.cpu,
        peer: peer(all.cpu),
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fitted(files: string[], statistics?: Omit<CarriedStatistics, "settings">) {
  const engine = await openDuckDBNode();
  try {
    const [started, before] = [performance.now(), process.cpuUsage()];
    await fitTraces({ engine, schema: "traces" }, files, statistics ? { statistics } : {});
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
  } finally {
    await engine.close();
  }
}

async function generate(path: string, count: number, seed: number): Promise<void> {
  const engine = await openDuckDBNode();
  try {
    const topology = await fitTraces({ engine, schema: "recorded" }, [recording]);
    await writeParquet(engine, topology, simulateBatches(compile(topology), { traces: count, seed }), path, { seed });
  } finally {
    await engine.close();
  }
}
