import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { samplesKey } from "../lib/compare/latencySamples.ts";
import { readExecutions } from "../lib/compare/readExecutions.ts";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { compile } from "../lib/simulate/compile.ts";
import type { Executions } from "../lib/simulate/executions.ts";
import { simulate } from "../lib/simulate/simulate.ts";
import { describeWithDatasets } from "./traces/sharedDatasets.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

/** Calls for each execution of the caller, and the standard error of that, with traces as the independent units. */
interface Rate {
  mean: number;
  error: number;
}

/** The rate of every pair of caller and callee; keys of APIs are the same whatever the executions' numbers are. */
function callRates(executions: Executions, keys: readonly string[]): Map<string, Rate> {
  const perTrace = new Map<string, Map<number, number>>();
  const runs = new Map<string, Map<number, number>>();
  const count = (into: Map<string, Map<number, number>>, key: string, trace: number) => {
    const counts = into.get(key) ?? new Map<number, number>();
    into.set(key, counts.set(trace, (counts.get(trace) ?? 0) + 1));
  };
  for (let row = 0; row < executions.length; row++) {
    const trace = executions.trace[row]!;
    const parent = executions.parent[row]!;
    count(runs, keys[executions.api[row]!]!, trace);
    if (parent >= 0) count(perTrace, `${keys[executions.api[parent]!]} → ${keys[executions.api[row]!]}`, trace);
  }
  const rates = new Map<string, Rate>();
  for (const [pair, calls] of perTrace) {
    const callers = runs.get(pair.split(" → ")[0]!)!;
    const total = [...callers.values()].reduce((sum, n) => sum + n, 0);
    const mean = [...calls.values()].reduce((sum, n) => sum + n, 0) / total;
    const squares = [...callers].reduce((sum, [trace, n]) => sum + ((calls.get(trace) ?? 0) - mean * n) ** 2, 0);
    rates.set(pair, { mean, error: Math.sqrt(squares) / total });
  }
  return rates;
}

/** The pairs whose rate in generated traces is further from that of the traces than chance explains. */
async function deviations(path: string): Promise<string[]> {
  const dataset = { engine, schema: "counted" };
  const topology = await fitTraces(dataset, [path]);
  const { executions, names } = await readExecutions(dataset, 100_000);
  const original = callRates(executions, names.apis.map(samplesKey));
  const serviceNames = new Map(topology.services.map(({ id, name }) => [id, name]));
  const keys = topology.apis.map(({ service, name }) => samplesKey({ service: serviceNames.get(service)!, name }));
  const generated = callRates(simulate(compile(topology), { traces: 20_000, seed: 1 }), keys);
  expect(original.size).toBeGreaterThan(0);
  // Four standard errors, and as much more as so many pairs need for the same risk of any false alarm.
  const width = Math.sqrt(16 + 2 * Math.log(original.size));
  const none = { mean: 0, error: 0 };
  return [...new Set([...original.keys(), ...generated.keys()])].flatMap((pair) => {
    const [a, b] = [original.get(pair) ?? none, generated.get(pair) ?? none];
    const allowed = width * Math.hypot(a.error, b.error) + 1e-9;
    return Math.abs(a.mean - b.mean) <= allowed ? [] : [`${pair}: ${a.mean} in traces, ${b.mean} generated`];
  });
}

describe("generated traces make as many calls as the traces", () => {
  it.each(["recording", "figure1"])("datasets/%s", async (name) => {
    expect(await deviations(join(import.meta.dirname, `../datasets/${name}/traces.jsonl.gz`))).toEqual([]);
  });
});

describeWithDatasets("generated traces make as many calls as genuine ones", (datasets) => {
  it.each([
    "traceweaver/hotel-load25.json.gz",
    "traceweaver/media-load100.json.gz",
    "traceweaver/nodejs-load150.json.gz",
    "nezha/rca_data-2022-08-22/05_*.csv.gz",
    "nezha/rca_data-2023-01-29/10_*.csv.gz",
  ])("%s", { timeout: 240_000 }, async (name) => {
    expect(await deviations(join(datasets, name))).toEqual([]);
  });
});
