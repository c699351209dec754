import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { calibrationTopology } from "../../../lib/export/go/calibrationTopology.ts";
import { exportGo } from "../../../lib/export/go/exportGo.ts";
import { findGo } from "../../../lib/export/go/goTool.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import { type RunOptions, runSystem } from "../../../lib/export/go/runSystem.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { exportFolder, goFolder, runGo } from "./goTool.ts";

const write = exportFolder();
const files = exportGo(calibrationTopology(), await readRuntime());
const own = mkdtempSync(join(tmpdir(), "palette-own-tmp-"));
afterAll(() => rmSync(own, { recursive: true, force: true }));

const options: RunOptions = {
  ...{ duration: 60, warmUp: 0, seed: 1, processes: 2, scale: 1, corrections: "on", rate: 20 },
};

/** Processes whose command line names a folder. */
function processesOf(folder: string): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(folder);
    } catch {
      return false;
    }
  });
}

/** Runs with temporary files in a folder of the test's own, which must be empty, and unused, afterwards. */
async function leavingNothing(run: () => Promise<unknown>): Promise<void> {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = own;
  try {
    await run();
    expect(readdirSync(own)).toEqual([]);
    if (process.platform === "linux") expect(processesOf(own)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

describe.skipIf(goFolder === undefined)("runSystem (skipped where there is no Go)", () => {
  it("stops everything when it is told to, and when a process ends by itself, which it names", async () => {
    const folder = write("stopped", files);
    const spans = join(folder, "spans.jsonl");
    const stop = new AbortController();
    await leavingNothing(async () => {
      const onStep = (step: string) => {
        if (step === "driving the workload") setTimeout(() => stop.abort(new Error("enough")), 300);
      };
      await expect(runSystem(folder, spans, { ...options, signal: stop.signal, onStep })).rejects.toThrow("enough");
    });
    const main = join(folder, "cmd", "system", "main.go");
    const text = readFileSync(main, "utf8");
    const broken = text.replace(
      "err = httprpc.Serve(",
      'if *process == 1 {\n\t\tpanic("boom")\n\t}\n\terr = httprpc.Serve(',
    );
    expect(broken).not.toBe(text);
    writeFileSync(main, broken);
    await leavingNothing(async () => {
      await expect(runSystem(folder, spans, options)).rejects.toThrow(/^process 1 ended with exit code 2: panic: boom/);
    });
  });

  it("waits for calls that nobody waits for, in whatever process, before it stops any", async () => {
    const topology = patternsTopology();
    for (const { gcm } of topology.apis.filter(({ service }) => service === "store")) {
      for (const node of gcm.nodes)
        if (node.kind === "own_time") node.tables = [{ given: {}, n: 1, values: [1_500_000] }];
    }
    topology.workload.mix = [{ api: "gateway asynchronous", probability: 1, executions: 1 }];
    const folder = write("drained", exportGo(topology, await readRuntime()));
    const spans = join(folder, "spans.jsonl");
    const run = await runSystem(folder, spans, { ...options, rate: 4, duration: 1, work: "sleep" });
    expect(run).toMatchObject({ failed: 0, warnings: [] });
    const kinds: Record<string, number> = {};
    for (const line of readFileSync(spans, "utf8").trim().split("\n")) {
      for (const { scopeSpans } of JSON.parse(line).resourceSpans)
        for (const span of scopeSpans.flatMap(({ spans }: { spans: unknown[] }) => spans)) {
          expect(span.status?.code ?? 0).not.toBe(2);
          kinds[span.name] = (kinds[span.name] ?? 0) + 1;
        }
    }
    expect(run.completed).toBeGreaterThan(0);
    // Both calls of each are recorded, on the caller's and the callee's side.
    expect(kinds).toMatchObject({ asynchronous: run.completed, X: 2 * run.completed, Y: 2 * run.completed });
  });

  it("has processes that say in one line that their port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const folder = write("port", files);
    const address = `127.0.0.1:${port}`;
    expect(() => runGo("go", ["run", "./cmd/system", "-addresses", address], folder)).toThrow(
      new RegExp(`listen tcp ${address}: bind: address already in use\\n`),
    );
    server.close();
  });
});

describe("findGo", () => {
  it("names what to install where Go is missing", async () => {
    mkdirSync(join(own, "home", "go"), { recursive: true });
    for (const path of ["", join(own, "home")])
      await expect(findGo(path, [])).rejects.toThrow(
        "Go was not found: install Go 1.22 or newer from https://go.dev/dl",
      );
  });

  it("names the Go that is too old", async () => {
    const folder = join(own, "old");
    mkdirSync(folder);
    writeFileSync(join(folder, "go"), "#!/bin/sh\necho go1.21.13\n");
    chmodSync(join(folder, "go"), 0o755);
    await expect(findGo(folder, [])).rejects.toThrow(/old\/go is go1\.21\.13: Go 1\.22 or newer is needed/);
    rmSync(folder, { recursive: true });
  });
});
