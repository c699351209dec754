import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { FitReport } from "../../../lib/report.ts";
import type { Topology } from "../../../lib/topology/topology.ts";
import type { Ledger } from "../../../lib/traces/ledger.ts";
import { topologyFaults } from "../../topologyFaults.ts";
import { csv } from "../../traces/traceFolder.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();
const figure1 = join(import.meta.dirname, "../../../datasets/figure1/traces.jsonl.gz");
const fresh = () => mkdtempSync(join(folder, "run-"));

interface Summary {
  topology: string;
  services: number;
  apis: number;
  edges: number;
  ledger: Ledger;
  report?: FitReport;
}

describe("palette fit", () => {
  it("writes topology.json where it runs, and says what it found and the ledger", () => {
    const cwd = fresh();
    const { status, stdout, stderr } = runPalette(["fit", figure1], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^topology\.json: 3 services, 3 APIs, 2 edges\n/);
    expect(stdout).toMatch(/\nledger: (\d+) rows read = \d+ accepted \+ \d+ merged \+ 0 rejected\n/);
    expect(namesIn(cwd)).toEqual(["topology.json"]);
    expect(topologyFaults(readFileSync(join(cwd, "topology.json"), "utf8"))).toEqual([]);
  });

  it("fits to a sample of the traces, keeps that in the topology, and says what it costs", () => {
    const cwd = fresh();
    const { stdout, status } = runPalette(["fit", figure1, "--sample", "0.25"], { cwd });
    expect(status).toBe(0);
    const [, traces, bound] = stdout.match(/; a sample of (\d+) traces, whose latencies are within KS ([\d.]+) of/)!;
    expect(Number(bound)).toBeCloseTo(1.358 / Math.sqrt(Number(traces)), 3);
    const topology = JSON.parse(readFileSync(join(cwd, "topology.json"), "utf8")) as Topology;
    expect(topology.provenance.interventions).toEqual([{ type: "sampleTraces", share: 0.25 }]);
    const { read, accepted, merged, rejected } = topology.provenance.ledger;
    expect(accepted + merged + rejected).toBe(read);
    expect(rejected / read).toBeCloseTo(0.75, 1);
  });

  it("adds files to a topology by the statistics beside it, once, and keeps to how it was fitted", () => {
    const cwd = fresh();
    jsonOf(runPalette(["fit", figure1, "--keep-statistics", "--json"], { cwd }));
    expect(namesIn(cwd)).toEqual(["topology.json", "topology.stats.duckdb"]);
    const executions = () =>
      (JSON.parse(readFileSync(join(cwd, "topology.json"), "utf8")) as Topology).apis.map(({ executions: n }) => n);
    const [before] = [
      executions(),
      runPalette(["simulate", "topology.json", "-n", "300", "-o", "more.jsonl"], { cwd }),
    ];
    const update = (...more: string[]) => runPalette(["fit", "--update", "topology.json", ...more], { cwd });
    expect(errorOf(update("more.jsonl", "--seed", "2"))).toMatch(/--seed: an update keeps to what/);
    const { stdout } = update("more.jsonl");
    expect(stdout).toMatch(/^topology\.json: 3 services, 3 APIs, 2 edges\n/);
    expect(executions().map((n, i) => n - before[i]!)).toEqual([expect.any(Number), 300, expect.any(Number)]);
    expect(errorOf(update("more.jsonl"))).toMatch(/are known already: were these files read before\?$/);
    expect(namesIn(cwd)).toEqual(["more.jsonl", "topology.json", "topology.stats.duckdb"]);
  });

  it("refuses engines, and folders to spill to, that are none", () => {
    expect(errorOf(runPalette(["fit", figure1, "--engine", "oracle://x"]))).toMatch(
      /--engine "oracle:\/\/x" is neither/,
    );
    expect(errorOf(runPalette(["fit", figure1, "--engine", "trino://h/c"]))).toMatch(/names no catalog and schema/);
    const both = ["fit", "t", "--engine", "trino://h/c/s", "--memory", "1GB"];
    expect(errorOf(runPalette(both))).toMatch(/--memory is for the embedded engine/);
    expect(errorOf(runPalette(["fit", figure1, "--spill", "nowhere"], { cwd: fresh() }))).toMatch(/--spill "nowhere"/);
    expect(errorOf(runPalette(["fit", figure1, "--sample", "2"]))).toMatch(/--sample "2" is not a number/);
    expect(errorOf(runPalette(["fit", figure1, "--load", "x=-1"]))).toMatch(/--load "x=-1" is not file=load/);
  });

  it("prints JSON and nothing else with --json", () => {
    const cwd = fresh();
    const args = [
      "fit",
      figure1,
      "-o",
      "t.json",
      "--report",
      "r.json",
      "--name",
      "two callers",
      "--seed",
      "4",
      "--json",
    ];
    const { report, ledger, nodes, ...summary } = jsonOf(runPalette(args, { cwd })) as Summary & { nodes: unknown };
    expect(summary).toEqual({ topology: "t.json", services: 3, apis: 3, edges: 2, notes: [] });
    expect(report).toEqual(JSON.parse(readFileSync(join(cwd, "r.json"), "utf8")));
    expect(report!.ledger).toEqual(ledger);
    expect(report!.roots.map(({ service }) => service)).toEqual(["A", "C"]);
    const topology = JSON.parse(readFileSync(join(cwd, "t.json"), "utf8")) as Topology;
    expect(nodes).toEqual(topology.provenance.nodes);
    expect(report!.nodes).toEqual(nodes);
    expect(topology.name).toBe("two callers");
    expect(topology.provenance.options).toMatchObject({ holdout: 0.5, seed: 4 });
    expect(namesIn(cwd)).toEqual(["r.json", "t.json"]);
  });

  it("gives the same bytes again, in place of the old file", () => {
    const cwd = fresh();
    const fitted = () => {
      expect(runPalette(["fit", figure1, "--holdout", "0.3"], { cwd }).status).toBe(0);
      return readFileSync(join(cwd, "topology.json"), "utf8");
    };
    expect(fitted()).toBe(fitted());
  });

  it("takes several files, globs and folders, and counts a file met twice once", () => {
    const cwd = fresh();
    mkdirSync(join(cwd, "in [1]"));
    for (const name of ["in [1]/a.jsonl.gz", "b.jsonl.gz"]) copyFileSync(figure1, join(cwd, name));
    writeFileSync(join(cwd, "notes.txt"), "no traces");
    const args = ["fit", "in [1]", "*.jsonl.gz", "b.jsonl.gz", "in [1]/a.jsonl.gz", "--json"];
    const { ledger } = jsonOf(runPalette(args, { cwd })) as Summary;
    const { ledger: one } = jsonOf(runPalette(["fit", "b.jsonl.gz", "--json"], { cwd })) as Summary;
    expect(ledger).toMatchObject({ read: 2 * one.read, accepted: one.accepted, rejected: 0 });
    expect(ledger.rules.find(({ rule }) => rule === "duplicate")!.rows).toBe(one.read);
  });

  it("reads what a mapping describes", () => {
    const cwd = fresh();
    const rows = Array.from({ length: 30 }, (_, i) => [
      [`t${i}`, `a${i}`, "", "shop", "buy", i * 1000, 40 + i],
      [`t${i}`, `b${i}`, `a${i}`, "db", "query", i * 1000 + 5, 20],
    ]).flat();
    writeFileSync(join(cwd, "mine.csv"), csv([["T", "S", "P", "where", "what", "ms", "took"], ...rows]));
    const mapping = { trace: "T", span: "S", parent: "P", service: "where", operation: "what", start: "ms" };
    writeFileSync(join(cwd, "map.json"), JSON.stringify({ ...mapping, duration: "took", unit: "ms" }));
    const found = jsonOf(runPalette(["fit", "mine.csv", "--mapping", "map.json", "--json"], { cwd })) as Summary;
    expect(found).toMatchObject({ services: 2, apis: 2, edges: 1, ledger: { read: 60, accepted: 60 } });
  });

  it.each([
    [["fit"], 2, "too few arguments"],
    [["fit", figure1, "--holdout", "1"], 2, '--holdout "1" is not a number at least 0 and below 1'],
    [["fit", figure1, "--seed", "1.5"], 2, '--seed "1.5" is not a whole number'],
    [["fit", figure1, "--threads", "none"], 2, '--threads "none" is not a whole number at least 1'],
    [["fit", figure1, "--memory", "lots"], 2, '--memory "lots" is not a size such as 4GB'],
    [["fit", figure1, "--format", "xml"], 2, '--format "xml" is not one of auto, '],
    [["fit", figure1, "--repair", "all"], 2, '--repair "all" is not one of naive, partial, rebuild'],
    [["fit", figure1, "--mapping", "none.json"], 2, "none.json: no mapping can be read"],
    [["fit", figure1, "--report", "r.json", "--holdout", "0"], 2, "--report needs a --holdout above 0"],
    [["fit", figure1, "-o", "t.json", "--report", "./t.json"], 2, '--report and -o are the same file "t.json"'],
    [["fit", figure1, "--ladder"], 2, "--ladder needs a --report"],
    [["fit", figure1, "--bogus"], 2, "Unknown option '--bogus'"],
    [["fit", "none.csv"], 1, "none.csv: no such file or folder"],
    [["fit", "*.none"], 1, "*.none: no file matches"],
    [["fit", "."], 1, ".: the folder has no files"],
    [["fit", figure1, "-o", "none/t.json"], 1, "none/t.json: cannot be written: there is no such folder"],
    [["fit", figure1, "-o", "."], 1, ".: cannot be written: it is a folder"],
    [["fit", figure1, "--report", "none/r.json"], 1, "none/r.json: cannot be written: there is no such folder"],
    [["fit", figure1, "--report", "r.json", "--holdout", "1e-9", "-o", ".t"], 1, "no trace was held out"],
  ])("palette %j: exit code %d, %s", (args, status, message) => {
    const cwd = fresh();
    const run = runPalette(args, { cwd });
    expect(errorOf(run)).toContain(message);
    expect(run.status).toBe(status);
    expect(namesIn(cwd).filter((name) => name !== ".t")).toEqual([]);
  });

  it("writes through a link, and into a pipe, without replacing either", async () => {
    const cwd = fresh();
    mkdirSync(join(cwd, "kept"));
    symlinkSync("kept/t.json", join(cwd, "link.json"));
    writeFileSync(join(cwd, "kept/t.json"), "old");
    expect(runPalette(["fit", figure1, "-o", "link.json"], { cwd }).stderr).toBe("");
    expect(lstatSync(join(cwd, "link.json")).isSymbolicLink()).toBe(true);
    const text = readFileSync(join(cwd, "kept/t.json"), "utf8");
    expect(topologyFaults(text)).toEqual([]);
    const pipe = join(cwd, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", openSync(join(cwd, "out.json"), "w"), "ignore"] });
    expect(runPalette(["fit", figure1, "-o", "pipe"], { cwd }).stderr).toBe("");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    if (reader.exitCode === null) await once(reader, "exit");
    expect(readFileSync(join(cwd, "out.json"), "utf8")).toBe(text);
  });

  it("replaces no file that it has read, but its own topology of the last time", () => {
    const cwd = fresh();
    const columns = ["TraceID", "SpanID", "ParentID", "PodName", "OperationName"];
    const times = ["StartTimeUnixNano", "EndTimeUnixNano", "Duration"];
    const rows = Array.from({ length: 9 }, (_, i) => [`t${i}`, "a", "root", "shop", "buy", 1e9, 1e9 + 2e6, 2000]);
    const traces = csv([[...columns, ...times], ...rows]);
    writeFileSync(join(cwd, "traces.csv"), traces);
    symlinkSync("traces.csv", join(cwd, "link.csv"));
    writeFileSync(join(cwd, "topology.json"), "{}");
    for (const args of [
      ["traces.csv", "-o", "link.csv"],
      [".", "--report", "traces.csv"],
    ]) {
      expect(errorOf(runPalette(["fit", ...args], { cwd }))).toBe(
        `palette fit: ${args.at(-1)}: cannot be written: it is one of the files that were read`,
      );
      expect(readFileSync(join(cwd, "traces.csv"), "utf8")).toBe(traces);
    }
    expect(runPalette(["fit", "."], { cwd })).toMatchObject({ status: 0, stderr: "" });
    expect(topologyFaults(readFileSync(join(cwd, "topology.json"), "utf8"))).toEqual([]);
  });

  it("leaves the old file as it was when the disk is full", () => {
    const cwd = fresh();
    writeFileSync(join(cwd, "topology.json"), "old");
    const error = errorOf(runPalette(["fit", figure1], { cwd, fileLimit: 4 }));
    expect(error).toBe("palette fit: topology.json: cannot be written: the file would be larger than allowed");
    expect(namesIn(cwd)).toEqual(["topology.json"]);
    expect(readFileSync(join(cwd, "topology.json"), "utf8")).toBe("old");
  });
});
