import { rmSync } from "node:fs";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { compile } from "../../lib/simulate/compile.ts";
import { simulateBatches } from "../../lib/simulate/simulate.ts";
import { writeParquet } from "../../lib/simulate/writeParquet.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { addTable, openLakeTwin, recording } from "../engine/trino/lake.ts";
import { startTrino, trinoMissing } from "../engine/trino/startTrino.ts";
import type { BenchRow } from "./benchRow.ts";

export const name = "A fit on Trino, coordinator and workers on this machine, beside DuckDB";

const spans = Number(process.env.PALETTE_BENCH_SPANS ?? 1e6);

/** Fits to the same generated spans with one worker, with two, and in DuckDB, each engine open already. */
export async function run(): Promise<BenchRow[]> {
  const missing = await trinoMissing();
  if (missing) throw new Error(missing);
  const file = `/tmp/palette-trino-bench-${process.pid}.parquet`;
  const rows: BenchRow[] = [];
  try {
    const written = await generate(file);
    for (const workers of [1, 2]) {
      const cluster = await startTrino(workers);
      const twin = await openLakeTwin();
      const engine = await openTrino(cluster.address);
      try {
        await addTable(cluster, twin, "generated", `SELECT * EXCLUDE (file, "row") FROM '${file}'`);
        const [ours, peer] = [await fitted(engine, "generated"), await fitted(twin, file)];
        if (JSON.stringify(ours.apis) !== JSON.stringify(peer.apis)) throw new Error("the topologies differ");
        rows.push({
          measure: `${(written / 1e6).toFixed(2)} million spans, ${workers} worker${workers > 1 ? "s" : ""}`,
          unit: "s",
          ours: ours.seconds,
          peer: { name: "DuckDB", value: peer.seconds },
        });
      } finally {
        await engine.close();
        await twin.close();
        await cluster.stop();
      }
    }
  } finally {
    rmSync(file, { force: true });
  }
  return rows;
}

async function fitted(engine: Engine, address: string): Promise<Pick<Topology, "apis"> & { seconds: number }> {
  const started = performance.now();
  const { apis } = await fitTraces({ engine, schema: "benched" }, [address]);
  return { apis, seconds: (performance.now() - started) / 1000 };
}

async function generate(file: string): Promise<number> {
  const engine = await openDuckDBNode();
  try {
    const topology = await fitTraces({ engine, schema: "recorded" }, [recording]);
    const traces = Math.round(spans / 9);
    await writeParquet(engine, topology, simulateBatches(compile(topology), { traces, seed: 1 }), file, { seed: 1 });
    const counted = await engine.query(`SELECT count(*)::DOUBLE AS n FROM '${file}'`);
    return Number(counted.get(0)!.n);
  } finally {
    await engine.close();
  }
}
