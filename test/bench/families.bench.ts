import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ks } from "../../lib/compare/ks.ts";
import { quantileErrors } from "../../lib/compare/quantileErrors.ts";
import { readExecutions } from "../../lib/compare/readExecutions.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import { compile } from "../../lib/simulate/compile.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { simulate } from "../../lib/simulate/simulate.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { cache } from "../families/cache.ts";
import type { Family } from "../families/family.ts";
import { queues } from "../families/queues.ts";
import { stragglers } from "../families/stragglers.ts";

export const name = "Interventions on systems of another family than the model's: predicted against simulated";

const families = [queues, cache, stragglers] as Family[];

/**
 * Fits a system that is no model of ours, predicts a change of it, and compares the roots with a simulation of the
 * changed system itself. The noise is the distance between two such simulations.
 */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "palette-families-"));
  const lines = [
    "| system | change | noise | doing nothing | prediction | P50 / P95 off by | verdict |",
    "|---|---|---|---|---|---|---|",
  ];
  try {
    for (const family of families) {
      const read = async (parameters: unknown, seed: number) => {
        const file = join(folder, "traces.jsonl");
        writeFileSync(file, family.draw(parameters, seed));
        const engine = await openDuckDBNode();
        try {
          const dataset = { engine, schema: "family" };
          const topology = await fitTraces(dataset, [file], { name: family.name });
          return { topology, roots: rootsOf((await readExecutions(dataset, 1e6)).executions) };
        } finally {
          await engine.close();
        }
      };
      const { topology } = await read(family.healthy, 1);
      for (const { name: change, truth, interventions } of family.changes) {
        const [one, other] = [(await read(truth, 2)).roots, (await read(truth, 3)).roots];
        const nothing = ks(generated(topology), one);
        const predicted = generated(applyInterventions(topology, interventions).topology);
        const found = ks(predicted, one);
        const noise = ks(one, other);
        const { p50, p95 } = quantileErrors(predicted, one);
        const off = [p50, p95].map((error) => `${Math.round(100 * (error ?? Number.NaN))} %`).join(" / ");
        const verdict = found <= 1.5 * noise ? "predicted" : found < nothing ? "better than nothing" : "failed";
        const figures = [noise, nothing, found].map((value) => value.toFixed(3)).join(" | ");
        lines.push(`| ${family.name} | ${change} | ${figures} | ${off} | ${verdict} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return lines.join("\n");
}

function generated(topology: Topology): Float64Array {
  return rootsOf(simulate(compile(topology), { traces: 20_000, seed: 5 }));
}

function rootsOf({ length, parent, duration }: Executions): Float64Array {
  return duration
    .subarray(0, length)
    .filter((_, row) => parent[row]! < 0)
    .sort();
}
