import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { enough } from "../../lib/compare/compareSamples.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { closeLoop, type Loop, type LoopOptions } from "../../lib/export/go/closeLoop.ts";
import { offeredWork } from "../../lib/export/go/offeredWork.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import type { BenchRow } from "./benchRow.ts";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));

/** How near a running system is asked to come to its model. */
const limits = { ks: 0.1, p50: 5, p99: 15 };

export interface LoopBench {
  /** Below the folder of public traces. */
  path: string;
  /** Seconds of calls, and the share of the cores that they offer. */
  duration: number;
  offered: number;
  options?: Partial<LoopOptions>;
  tune?(topology: Topology): Topology;
}

/** Fits half of the traces, runs the system that follows for some time, and judges it by its model and by the other half. */
export async function runLoop({ path, duration, offered, options, tune }: LoopBench): Promise<Loop> {
  const traces = join(shared, path);
  if (!existsSync(traces)) throw new Error(`${traces}: the traces that this bench reads are not there`);
  const folder = await mkdtemp(join(tmpdir(), "palette-bench-"));
  const engine = await openDuckDBNode();
  try {
    const original = { engine, schema: "original" };
    const topology = await fitTraces(original, [traces], { holdout: 0.5, seed: 1 });
    const tuned = tune?.(topology);
    const work = Math.max(...[topology, ...(tuned ? [tuned] : [])].map((each) => offeredWork(each, options)));
    return await closeLoop(
      topology,
      folder,
      await readRuntime(),
      { engine, schema: "running" },
      {
        ...{ rate: (offered * cpus().length * 1e6) / work, duration, warmUp: 2, seed: 1, processes: 8, scale: 1 },
        ...{ corrections: "on", calibrated: true, ...options, ...(tuned ? { tuned } : {}) },
      },
      async () => original,
    );
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a loop found, beside what was asked for, what chance alone gives, and the noise floor. */
export function loopRows(loop: Loop): BenchRow[] {
  const { model, drawn, original, run } = loop;
  const asked = (value: number) => ({ name: "asked for, at most", value });
  const errors = (quantile: "p50" | "p99", of: "running" | "chance") =>
    100 *
    Math.max(...model.roots.filter(({ n }) => n >= enough).map((root) => Math.abs(root[of][quantile] ?? Number.NaN)));
  const off = (quantile: "p50" | "p99") =>
    100 * Math.max(...drawn.roots.map(({ running }) => Math.abs(running[quantile] ?? Number.NaN)));
  const calls = `${run.completed} calls at ${Number(run.achieved.toPrecision(3))}/s, ${Math.round(100 * run.offered)} % of the cores`;
  const distance = (measure: string, ours: number | null, peer: BenchRow["peer"]): BenchRow => ({
    ...{ measure, unit: "KS", ours: ours ?? Number.NaN, peer },
  });
  const rows: BenchRow[] = [
    distance(`root, from the model; ${calls}`, model.pooled.root.running, asked(limits.ks)),
    distance("APIs, weighted by calls, from the model", model.mean.api.running, asked(limits.ks)),
    distance("root, from the model", model.pooled.root.running, {
      name: "as many traces of the model",
      value: model.pooled.root.chance ?? Number.NaN,
    }),
  ];
  for (const quantile of ["p50", "p99"] as const) {
    const title = `root's ${quantile}, error from the model`;
    rows.push({ measure: title, unit: "%", ours: errors(quantile, "running"), peer: asked(limits[quantile]) });
    const chance = { name: "as many traces of the model", value: errors(quantile, "chance") };
    rows.push({ measure: title, unit: "%", ours: errors(quantile, "running"), peer: chance });
    const measure = `root's ${quantile}, error from what its calls drew`;
    rows.push({ measure, unit: "%", ours: off(quantile), peer: asked(limits[quantile]) });
  }
  rows.push(
    distance("root, from what its calls drew", drawn.pooled.root.running, asked(limits.ks)),
    distance("APIs, from what their executions drew", drawn.mean.api.running, asked(limits.ks)),
  );
  if (original) {
    const { pooled, mean } = original;
    const floor = (value: number | null) => ({ name: "noise floor", value: value ?? Number.NaN });
    rows.push(
      distance("root, from the held-out original", pooled.root.running, floor(pooled.root.floor)),
      distance("APIs, from the held-out original", mean.api.running, floor(mean.api.floor)),
      distance("root, model from the held-out original", pooled.root.model, floor(pooled.root.floor)),
    );
  }
  return rows;
}
