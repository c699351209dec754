import { beforeAll, describe, expect, it } from "vitest";
import { threadSource } from "../../build/threadSource.ts";
import { compile } from "../../lib/simulate/compile.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { simulateBatches } from "../../lib/simulate/simulate.ts";
import type { PieceFormat } from "../../lib/simulate/simulatedPiece.ts";
import { simulateInThreads } from "../../lib/simulate/simulateInThreads.ts";
import { writeOtlp } from "../../lib/simulate/writeOtlp.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { syntheticTopology } from "./syntheticTopology.ts";

const topology = syntheticTopology({ apis: 12, stages: 2, seed: 2 });
const given = { traces: 1050, seed: 5, range: 100 };
let code = "";

async function pieces(threads: number, format: PieceFormat = "executions", of: Topology = topology) {
  const found: (Executions | Uint8Array)[] = [];
  let traces = 0;
  for await (const piece of simulateInThreads(of, "gcm", { ...given, threads, format, source: () => code })) {
    found.push(piece.content);
    traces += piece.traces;
  }
  return { found, traces };
}

/** All columns of batches, with parents counted from the first row of all. */
function joined(batches: readonly Executions[]) {
  const columns: Record<string, number[]> = {};
  let before = 0;
  for (const batch of batches) {
    for (const [name, column] of Object.entries(batch)) {
      if (!ArrayBuffer.isView(column)) continue;
      columns[name] ??= [];
      const list = columns[name];
      for (const value of (column as Float64Array).subarray(0, batch.length))
        list.push(name === "parent" && value >= 0 ? value + before : value);
    }
    before += batch.length;
  }
  return columns;
}

describe("simulateInThreads", () => {
  beforeAll(async () => {
    code = await threadSource();
  });

  it("gives the traces of one thread, whatever the number of threads", async () => {
    const whole = joined([...simulateBatches(compile(topology), given)]);
    for (const threads of [0, 2, 3]) {
      const { found, traces } = await pieces(threads);
      expect(traces).toBe(given.traces);
      expect(joined(found as Executions[])).toEqual(whole);
    }
  });

  it("writes them as the same text", async () => {
    const whole = [...writeOtlp(topology, simulateBatches(compile(topology), given), { seed: given.seed })].join("");
    for (const threads of [1, 2]) {
      const { found } = await pieces(threads, "otlp");
      expect(Buffer.concat(found as Uint8Array[]).toString()).toBe(whole);
    }
  });

  it("has nothing to give where no trace is asked for", async () => {
    for (const threads of [1, 2]) {
      const none = simulateInThreads(topology, "gcm", { ...given, traces: 0, threads, source: () => code });
      expect(await none.next()).toMatchObject({ done: true });
    }
  });

  it("says what went wrong in a thread, and ends them all", async () => {
    const endless = structuredClone(topology);
    for (const { calls } of endless.apis.flatMap(({ pfa }) => pfa.states))
      for (const call of calls) call.count = [{ count: 1e6, probability: 1 }];
    await expect(pieces(2, "executions", endless)).rejects.toThrow(/^(simulate|topology): /);
    await expect(
      simulateInThreads(topology, "gcm", { ...given, threads: 2, source: () => "process.exit(3)" }).next(),
    ).rejects.toThrow("simulate: a thread ended before its traces");
  });
});
