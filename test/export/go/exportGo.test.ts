import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ks } from "../../../lib/compare/ks.ts";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import { calibrationTopology } from "../../../lib/export/go/calibrationTopology.ts";
import { exportGo } from "../../../lib/export/go/exportGo.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import { runSystem } from "../../../lib/export/go/runSystem.ts";
import { fit as fitTraces } from "../../../lib/fit.ts";
import { compile } from "../../../lib/simulate/compile.ts";
import { simulate } from "../../../lib/simulate/simulate.ts";
import type { Topology } from "../../../lib/topology/topology.ts";
import { syntheticTopology } from "../../simulate/syntheticTopology.ts";
import { figure1Topology } from "../../topology/figure1Topology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { branchesTopology } from "./branchesTopology.ts";
import { exportFolder, goFolder, runGo } from "./goTool.ts";
import { withRegime } from "./withRegime.ts";

const runtime = await readRuntime();
const write = exportFolder();
const recording = join(import.meta.dirname, "../../../datasets/recording/traces.jsonl.gz");
const media = join(import.meta.dirname, "../../../../shared/datasets/traceweaver/media-load25.json.gz");

/** Builds and vets all modules of an export, and checks the layout of its code. */
function build(name: string, topology: Topology): string {
  const folder = write(name, exportGo(topology, runtime));
  runGo("go", ["build", "-o", "bin/", "./..."], folder);
  runGo("go", ["vet", "./...", "example.com/gen/workflow/...", "example.com/gen/workload/..."], folder);
  expect(runGo("gofmt", ["-l", "."], folder)).toBe("");
  return folder;
}

/** Durations by service and API, and those of roots, ascending, of what the generated system draws. */
function drawn(folder: string, traces: number): Map<string, Float64Array> {
  const text = runGo("go", ["run", "./cmd/system", "-sample", String(traces)], folder);
  const lists = new Map<string, number[]>();
  for (const line of text.split("\n").slice(1, -1)) {
    const at = line.lastIndexOf(",");
    const key = line.slice(line.indexOf(",") + 1, at);
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    list.push(Number(line.slice(at + 1)));
  }
  return new Map([...lists].map(([key, values]) => [key, Float64Array.from(values).sort()]));
}

/** The same from the simulator. */
function simulated(topology: Topology, traces: number): Map<string, Float64Array> {
  const executions = simulate(compile(topology), { traces, seed: 7 });
  const lists = new Map<string, number[]>();
  const keys = topology.apis.map(
    ({ service, name }) => `${topology.services.find(({ id }) => id === service)!.name},${name}`,
  );
  for (let row = 0; row < executions.length; row++) {
    const key = keys[executions.api[row]!]!;
    const list = lists.get(key) ?? [];
    lists.set(key, list);
    list.push(executions.duration[row]!);
  }
  return new Map([...lists].map(([key, values]) => [key, Float64Array.from(values).sort()]));
}

/** Each API's executions are as many, and as long, as the simulator's, by the Kolmogorov-Smirnov test. */
function expectSame(found: Map<string, Float64Array>, expected: Map<string, Float64Array>, traces: number): void {
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  // 1 % for all APIs together.
  const critical = Math.sqrt(Math.log((2 * expected.size) / 0.01) / 2);
  for (const [api, durations] of expected) {
    const again = found.get(api)!;
    const [n, m] = [durations.length, again.length];
    expect(Math.abs(n - m), `${api}: executions`).toBeLessThanOrEqual(0.02 * n + 4 * Math.sqrt(traces));
    if (Math.min(n, m) < 200) continue;
    // Executions of one trace share its factors, so that the effective number is that of traces at most.
    const effective = (size: number) => Math.min(size, traces);
    expect(ks(durations, again), api).toBeLessThan(critical * Math.sqrt(1 / effective(n) + 1 / effective(m)));
  }
}

async function fitted(path: string): Promise<Topology> {
  const engine = await openDuckDBNode();
  try {
    return await fitTraces({ engine, schema: "traces" }, [path], { name: "fitted", seed: 1, holdout: 0 });
  } finally {
    await engine.close();
  }
}

describe.skipIf(goFolder === undefined)("exportGo (skipped where there is no Go)", () => {
  it("draws as the simulator does: the paper's Figure 1 and every pattern of calls, 100,000 traces", () => {
    for (const [name, topology] of [
      ["figure1", figure1Topology()],
      ["patterns", patternsTopology()],
    ] as const) {
      const folder = build(name, topology);
      expectSame(drawn(folder, 100_000), simulated(topology, 100_000), 100_000);
    }
  });

  it("draws as the simulator does: labels that travel along one of two branches alone, and bend ranks", () => {
    const topology = withRegime(branchesTopology());
    const folder = write("branches", exportGo(topology, runtime));
    expectSame(drawn(folder, 20_000), simulated(topology, 20_000), 20_000);
  });

  it("draws as the simulator does: fitted topologies, with caller, path and trace factors", async () => {
    const topology = await fitted(recording);
    expectSame(drawn(build("recording", topology), 20_000), simulated(topology, 20_000), 20_000);
  });

  it.skipIf(!existsSync(media))("draws as the simulator does: TraceWeaver's media (where it is)", async () => {
    const topology = await fitted(media);
    expectSame(drawn(build("media", topology), 20_000), simulated(topology, 20_000), 20_000);
  });

  it("passes the runtime's own tests, with the race detector where a C compiler lets it", () => {
    const folder = write("runtime", exportGo(calibrationTopology(), runtime));
    const tests = [...runtime].filter(([path]) => path.endsWith("_test.go"));
    const home = (path: string) => (path.startsWith("wlgen/") ? `workload/${path}` : `workflow/${path}`);
    write("runtime", new Map(tests.map(([path, text]) => [home(path), text])));
    const race = spawnSync("gcc", ["--version"]).status === 0 ? ["-race"] : [];
    const packages = ["example.com/gen/workflow/gcm", "example.com/gen/workload/wlgen"];
    expect(runGo("go", ["test", ...race, ...packages], folder).match(/^ok/gm)).toHaveLength(packages.length);
  });

  it("builds a large system, and runs it in 8 processes", async () => {
    const folder = build("large", syntheticTopology({ apis: 150, stages: 4, seed: 3 }));
    const run = await runSystem(folder, join(folder, "spans.jsonl"), {
      ...{ duration: 1, warmUp: 0.2, seed: 1, processes: 8, scale: 1, corrections: "on", rate: 10, work: "sleep" },
    });
    expect(run).toMatchObject({ failed: 0, completed: run.sent });
  });
});

describe("exportGo", () => {
  it("gives the same files for the same topology", () => {
    const files = () => [...exportGo(patternsTopology(), runtime)];
    expect(files()).toEqual(files());
  });

  it("refuses a structure without times in one line", () => {
    const topology = patternsTopology();
    for (const api of topology.apis) api.gcm.nodes = [];
    expect(() => exportGo(topology, runtime)).toThrow("export: the topology is structure alone, without latencies");
  });
});
