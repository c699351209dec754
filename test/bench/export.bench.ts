import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { calibrationTopology } from "../../lib/export/go/calibrationTopology.ts";
import { causalTables } from "../../lib/export/go/causalTables.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import { offeredWork } from "../../lib/export/go/offeredWork.ts";
import { readRuntime } from "../../lib/export/go/readRuntime.ts";
import { recordedSpans } from "../../lib/export/go/recordedSpans.ts";
import { type RunOptions, runSystem } from "../../lib/export/go/runSystem.ts";
import { writeFolder } from "../../lib/files/writeFolder.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import type { BenchRow } from "./benchRow.ts";
import { bestOf } from "./bestOf.ts";

export const name = "Exporting, building and running systems, and how their work keeps to own times";

const options: RunOptions = {
  ...{ duration: 5, warmUp: 1, seed: 1, processes: 8, scale: 1, corrections: "off" },
};

/** Exports 1,000 APIs; builds and runs 120 services in 8 processes; runs a tiny system with short and with longer work. */
export async function run(): Promise<BenchRow[]> {
  const runtime = await readRuntime();
  const large = syntheticTopology({ apis: 1000, stages: 3, seed: 1 });
  const exported = await bestOf(3, () => exportGo(large, runtime));
  const rows: BenchRow[] = [
    { measure: "export of 1,000 APIs", unit: "s", ours: exported, peer: { name: "asked for, at most", value: 1 } },
  ];
  const many = syntheticTopology({ apis: 360, stages: 3, seed: 2 });
  const began = performance.now();
  // Asleep, as a trace is of some hundred executions, whose work would keep the cores busy for a second.
  const work = "sleep";
  const rate = (0.2 * cpus().length * 1e6) / offeredWork(many, { work });
  const driven: RunOptions = { ...options, duration: 60, work, rate };
  const { report, reached } = await runExport(many, driven);
  const { sent, completed } = report;
  const seconds = (performance.now() - began) / 1000 - driven.duration - driven.warmUp;
  rows.push(
    {
      measure: `${many.services.length} services in 8 processes, built and ready`,
      unit: "s",
      ours: seconds,
      peer: null,
    },
    { measure: "their calls completed", unit: "calls", ours: completed, peer: { name: "sent", value: sent } },
    {
      ...{ measure: "APIs that these calls reached", unit: "APIs", ours: reached.size },
      peer: { name: "of the topology that a trace can reach", value: causalTables(many).apis.size },
    },
  );
  for (const [ownTime, most] of [
    [200, 4],
    [2000, 1],
    [20_000, 1],
  ] as const) {
    const { ratios } = await runExport(calibrationTopology(ownTime), { ...options, processes: 2, rate: 20 });
    const middle = ratios.sort((a, b) => a - b)[ratios.length >> 1]!;
    rows.push({
      ...{ measure: `own work of ${ownTime / 1000} ms, median of ${ratios.length} executions, off by`, unit: "%" },
      ...{ ours: 100 * Math.abs(middle - 1), peer: { name: "asked for, at most", value: most } },
    });
  }
  return rows;
}

/** Runs an export; the latencies of executions that call nothing, over what they drew, and the APIs that were reached. */
async function runExport(topology: Topology, run: RunOptions) {
  const folder = await mkdtemp(join(tmpdir(), "palette-bench-"));
  try {
    await writeFolder(folder, exportGo(topology, await readRuntime()));
    const spans = join(folder, "spans.jsonl");
    const report = await runSystem(folder, spans, run);
    const ratios: number[] = [];
    const callers = new Set<string>();
    const executions = new Map<string, number>();
    const reached = new Set<string>();
    for await (const { spanId, parentSpanId, kind, took, model, service, name } of recordedSpans(spans)) {
      if (kind === 2) {
        executions.set(spanId, took / model);
        reached.add(`${service} ${name}`);
      } else callers.add(parentSpanId!);
    }
    for (const [span, ratio] of executions) if (!callers.has(span)) ratios.push(ratio);
    return { report, ratios, reached };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
