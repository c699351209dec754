import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ks } from "../../../lib/compare/ks.ts";
import { latencySamples } from "../../../lib/compare/latencySamples.ts";
import { compile } from "../../../lib/simulate/compile.ts";
import { simulate } from "../../../lib/simulate/simulate.ts";
import { readTopology } from "../../../lib/topology/readTopology.ts";
import type { Topology } from "../../../lib/topology/topology.ts";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { csv } from "../../traces/traceFolder.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();
const ready = (name: string) => join(import.meta.dirname, `../../../datasets/${name}/traces.jsonl.gz`);
const topologies = { figure1: join(folder, "figure1.json"), recording: join(folder, "recording.json") };
const fresh = () => mkdtempSync(join(folder, "run-"));

beforeAll(() => {
  for (const [name, path] of Object.entries(topologies)) {
    expect(runPalette(["fit", ready(name), "-o", path]).stderr).toBe("");
  }
}, 120_000);

const topologyIn = (path: string) => readTopology(readFileSync(path, "utf8"));

/** Latencies that a topology generates for each of its entry APIs, µs. */
function rootsOf(topology: Topology): Map<string, Float64Array> {
  const samples = latencySamples(simulate(compile(topology), { traces: 20_000, seed: 9 }), topology);
  return new Map(samples.roots.map(({ service, name, durations }) => [`${service}: ${name}`, durations]));
}

describe("palette simulate", () => {
  it("says that a topology's rate of 0 is taken for 1", () => {
    const cwd = fresh();
    const topology = topologyIn(topologies.figure1);
    writeFileSync(join(cwd, "t.json"), writeTopology({ ...topology, workload: { ...topology.workload, rate: 0 } }));
    const run = runPalette(["simulate", "t.json", "-n", "10", "-o", "t.jsonl"], { cwd });
    expect(run.stdout).toContain("workload: the topology's rate is 0: entry calls come at 1 a second");
  });

  it.each([
    { name: "figure1", output: "traces.jsonl", tick: 0 },
    { name: "figure1", output: "traces.parquet", tick: 0 },
    { name: "figure1", output: "traces.csv", tick: 1000 },
    { name: "recording", output: "traces.jsonl", tick: 0 },
    { name: "recording", output: "traces.parquet", tick: 0 },
  ] as const)("$output of $name gives its topology back to palette fit", ({ name, output, tick }) => {
    const cwd = fresh();
    const args = ["simulate", topologies[name], "-n", "6000", "-o", output, "--json"];
    const written = jsonOf(runPalette(args, { cwd })) as { traces: number; spans: number };
    expect(written).toMatchObject({ output, model: "gcm", seed: 1, traces: 6000 });
    const refit = jsonOf(runPalette(["fit", output, "--json"], { cwd })) as { ledger: { accepted: number } };
    expect(refit).toMatchObject({ ledger: { accepted: written.spans, rejected: 0 } });
    const [first, second] = [topologyIn(topologies[name]), topologyIn(join(cwd, "topology.json"))];
    const ids = ({ apis }: Topology) => apis.map(({ id }) => id).sort();
    expect(ids(second)).toEqual(ids(first));
    const pairs = ({ edges }: Topology) => edges.map(({ caller, callee }) => `${caller} → ${callee}`).sort();
    expect(pairs(second)).toEqual(pairs(first));
    const [expected, found] = [rootsOf(first), rootsOf(second)];
    expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [root, latencies] of expected) {
      const share = latencies.length / 20_000;
      // The Kolmogorov-Smirnov test at 0.1 %: the traces that were written, and what was drawn from each topology.
      const noise = 1.95 * Math.sqrt(1 / (share * 6000) + 2 / latencies.length);
      // A whole ms is a jump of the distribution function as high as the share of the traces within it.
      const again = found.get(root)!;
      const rounded = tick === 0 ? latencies : latencies.map((latency) => Math.round(latency / tick) * tick).sort();
      expect(ks(rounded, again), root).toBeLessThan(noise + (tick === 0 ? 0 : 0.1));
    }
  });

  it.each(["traces.jsonl", "traces.csv", "traces.parquet"])("writes the same %s for the same seed", (output) => {
    const wholeMs = output.endsWith(".csv") ? "; times are whole ms, as in Alibaba's own" : "";
    const written = (seed: number) => {
      const cwd = fresh();
      expect(
        runPalette(["simulate", topologies.figure1, "-n", "500", "--seed", `${seed}`, "-o", output], { cwd }),
      ).toEqual({
        status: 0,
        stdout: `${output}: 500 traces, 1000 executions${wholeMs}\n`,
        stderr: "",
      });
      expect(namesIn(cwd)).toEqual([output]);
      return readFileSync(join(cwd, output));
    };
    expect(written(1).equals(written(1))).toBe(true);
    expect(written(1).equals(written(2))).toBe(false);
  });

  it("writes one trace's spans in time order, the root without a parent", () => {
    const cwd = fresh();
    runPalette(["simulate", topologies.recording, "-n", "200", "-o", "t.jsonl", "--model", "simple"], { cwd });
    interface Span {
      traceId: string;
      parentSpanId?: string;
      kind: number;
      startTimeUnixNano: string;
      endTimeUnixNano: string;
    }
    interface Resource {
      resource: { attributes: { key: string }[] };
      scopeSpans: { spans: Span[] }[];
    }
    const lines = readFileSync(join(cwd, "t.jsonl"), "utf8").trimEnd().split("\n");
    const resources = lines.flatMap((line) => (JSON.parse(line) as { resourceSpans: Resource[] }).resourceSpans);
    for (const { resource } of resources) expect(resource.attributes.map(({ key }) => key)).toContain("service.name");
    const spans = resources.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(200);
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.length).toBe(200);
    for (const { kind } of roots) expect(kind).toBe(2);
    for (const { startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(BigInt(endTimeUnixNano) >= BigInt(startTimeUnixNano)).toBe(true);
    }
  });

  it.each([
    [["simulate"], 2, "too few arguments"],
    [["simulate", "t.json"], 2, "-o is missing: the file to write"],
    [["simulate", "t.json", "-o", "x.txt"], 2, '-o "x.txt" does not end with .jsonl, .csv, .parquet'],
    [["simulate", "t.json", "-o", "x.csv", "-n", "0"], 2, '--traces "0" is not a whole number at least 1'],
    [["simulate", "t.json", "-o", "x.csv", "--model", "mean"], 2, '--model "mean" is not gcm or simple'],
    [["simulate", "none.json", "-o", "x.csv"], 1, "none.json: no such file"],
    [["simulate", "t.json", "-o", "none/x.csv"], 1, "none/x.csv: cannot be written: there is no such folder"],
    [["simulate", "folder", "-o", "x.csv"], 1, "folder: "],
    [["simulate", "broken.json", "-o", "x.csv"], 1, "broken.json: topology: not JSON: "],
    [["simulate", "empty.json", "-o", "x.csv"], 1, "empty.json: topology: "],
    [["simulate", "newer.json", "-o", "x.csv"], 1, "newer.json: topology: "],
  ])("palette %j: exit code %d, %s", (args, status, message) => {
    const cwd = fresh();
    mkdirSync(join(cwd, "folder"));
    copyFileSync(topologies.figure1, join(cwd, "t.json"));
    const text = readFileSync(topologies.figure1, "utf8");
    writeFileSync(join(cwd, "broken.json"), text.slice(0, text.length / 2));
    writeFileSync(join(cwd, "empty.json"), "{}");
    writeFileSync(join(cwd, "newer.json"), text.replace(/"version": *"\d+\./, '"version": "99.'));
    const before = namesIn(cwd);
    const run = runPalette(args, { cwd });
    expect(errorOf(run)).toContain(message);
    expect(run.status).toBe(status);
    expect(namesIn(cwd)).toEqual(before);
  });

  it("says in one line that a structure without times cannot be simulated", () => {
    const cwd = fresh();
    const header = ["profile", "parent_name", "children_set", "c_set_index", "num_calls", "num_returning_calls"];
    const rows = [
      [...header, "concurrency_rate"],
      ["ads", "01-02", "{'AA', 'BB'}", 1, 2, 2, 1],
    ];
    writeFileSync(join(cwd, "parent-data.csv"), csv(rows));
    expect(runPalette(["fit", "parent-data.csv"], { cwd }).stdout).toMatch(
      /^topology\.json: 2 services, 3 APIs, 2 edges\n/,
    );
    const error = errorOf(runPalette(["simulate", "topology.json", "-o", "x.csv"], { cwd }));
    expect(error).toBe("palette simulate: topology.json: structure alone, without latencies that could be simulated");
    const reported = errorOf(runPalette(["fit", "parent-data.csv", "--report", "r.json"], { cwd }));
    expect(reported).toBe("palette fit: report: the topology is structure alone, without latencies to compare");
    expect(namesIn(cwd)).toEqual(["parent-data.csv", "topology.json"]);
  });

  it.each(["x.jsonl", "x.csv", "x.parquet"])("leaves nothing of %s when the disk is full", (output) => {
    const cwd = fresh();
    const error = errorOf(runPalette(["simulate", topologies.figure1, "-o", output], { cwd, fileLimit: 50 }));
    expect(error).toMatch(new RegExp(`^palette simulate: ${output}: cannot be written: `));
    expect(namesIn(cwd)).toEqual([]);
    execFileSync("mkfifo", [join(cwd, output)]);
    expect(errorOf(runPalette(["simulate", topologies.figure1, "-o", output], { cwd }))).toMatch(/a pipe or a device$/);
    expect(existsSync(join(cwd, output)) && lstatSync(join(cwd, output)).isFIFO()).toBe(true);
  });
});
