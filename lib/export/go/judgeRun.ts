import { compareSamples, type LatencyReport } from "../../compare/compareSamples.ts";
import { type LatencySamples, latencySamples } from "../../compare/latencySamples.ts";
import { readSamples } from "../../compare/readSamples.ts";
import { compile } from "../../simulate/compile.ts";
import { simulate } from "../../simulate/simulate.ts";
import type { Topology } from "../../topology/topology.ts";
import type { Dataset } from "../../traces/dataset.ts";

/** Traces that models generate to be compared with. */
const modelTraces = 20_000;

/** How close a running system came. */
export interface RunJudgement {
  /**
   * The running system, and the model fitted to its traces, against the model; its floor, and `chance` with its
   * quantiles, are as many traces of the model as the system ran.
   */
  model: LatencyReport<"running" | "refitted" | "chance">;
  /** The running system against what its own executions drew: what the machine adds, without chance. */
  drawn: LatencyReport<"running">;
  /** The model and the running system against the held-out half of the original traces; null without these. */
  original: LatencyReport<"model" | "running"> | null;
}

/** The latencies that were compared. */
export interface JudgedSamples {
  model: LatencySamples;
  running: LatencySamples;
  original?: { train: LatencySamples; test: LatencySamples };
}

/**
 * Compares a running system with the model that it was generated from, and with the original where it is there.
 * @param running traces of the running system, executions built
 * @param drawn what its executions drew (`drawnLatencies`)
 * @param refitted the topology that was fitted to them
 * @param original executions built and split (`splitTraces`)
 */
export async function judgeRun(
  topology: Topology,
  running: Dataset,
  drawn: LatencySamples,
  refitted: Topology,
  original: Dataset | undefined,
  seed: number,
): Promise<{ judgement: RunJudgement; samples: JudgedSamples }> {
  const generated = (of: Topology, traces: number, draw: number) =>
    latencySamples(simulate(compile(of), { traces, seed: draw }), of);
  const ran = await readSamples(running, "both");
  const traces = Math.max(
    1,
    ran.roots.reduce((sum, { durations }) => sum + durations.length, 0),
  );
  const model = generated(topology, modelTraces, seed);
  const floor = generated(topology, Math.min(traces, modelTraces), seed + 1);
  const halves = original && {
    train: await readSamples(original, "train"),
    test: await readSamples(original, "test"),
  };
  return {
    judgement: {
      model: compareSamples(floor, model, {
        ...{ running: ran, refitted: generated(refitted, modelTraces, seed + 2), chance: floor },
      }),
      drawn: compareSamples(drawn, drawn, { running: ran }),
      original: halves ? compareSamples(halves.train, halves.test, { model, running: ran }) : null,
    },
    samples: { model, running: ran, ...(halves ? { original: halves } : {}) },
  };
}
