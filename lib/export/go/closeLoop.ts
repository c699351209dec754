import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { writeFolder } from "../../files/writeFolder.ts";
import { fit as fitTraces } from "../../fit.ts";
import { entryRate } from "../../simulate/entryRate.ts";
import type { Topology } from "../../topology/topology.ts";
import { writeTopology } from "../../topology/writeTopology.ts";
import type { Dataset } from "../../traces/dataset.ts";
import { type FidelityLoss, fidelityLossFile } from "../fidelityLoss.ts";
import { calibrate } from "./calibrate.ts";
import { exportGo, type RuntimeFiles } from "./exportGo.ts";
import { findGo } from "./goTool.ts";
import { type JudgedSamples, judgeRun, type RunJudgement } from "./judgeRun.ts";
import { offeredWork } from "./offeredWork.ts";
import { recordedLatencies } from "./recordedLatencies.ts";
import { type RootShift, rootShifts } from "./rootShifts.ts";
import { type MachineCosts, type RunOptions, type RunReport, runSystem } from "./runSystem.ts";

/** Share of the cores that the workload offers at most, where no rate is given. */
export const mostOffered = 0.4;

export interface LoopOptions extends Omit<RunOptions, "costs"> {
  /** Measure this machine's hop and wake-up first, and take them off. */
  calibrated: boolean;
  /** The topology under interventions: its system is run too, to compare how roots shift with how they should. */
  tuned?: Topology;
}

export interface Loop extends RunJudgement {
  /** Entry calls a second, and the traces' own under the time scale. */
  rate: number;
  ownRate: number;
  costs: (MachineCosts & { calls: number }) | null;
  run: RunReport;
  refitted: Topology;
  loss: FidelityLoss;
  /** Null without interventions. */
  shifts: RootShift[] | null;
  samples: JudgedSamples;
}

/**
 * Closes the loop: exports a topology into `folder/system`, measures the machine, builds and runs the system, reads its
 * traces (`folder/traces.jsonl`) back, fits a topology to them (`folder/refitted.json`) and compares. Throws as
 * `exportGo` and `runSystem` do.
 * @param folder a folder that is there
 * @param dataset where the system's traces are read into
 * @param original the original, executions built and split (`splitTraces`); asked for once the system has run
 */
export async function closeLoop(
  topology: Topology,
  folder: string,
  runtime: RuntimeFiles,
  dataset: Dataset,
  { calibrated, tuned, ...options }: LoopOptions,
  original?: () => Promise<Dataset>,
): Promise<Loop> {
  const { signal, onStep = () => {}, seed, scale } = options;
  const files = exportGo(topology, runtime);
  // Where Go is missing the folder stays empty, so that the same command does once it is there.
  await findGo();
  await writeFolder(join(folder, "system"), files, signal);
  if (tuned) await writeFolder(join(folder, "tuned"), exportGo(tuned, runtime), signal);
  onStep("calibrating");
  const costs = calibrated ? await measureMachine(runtime, options) : null;
  const own = entryRate(topology);
  const ownRate = own.rate / scale;
  const work = Math.max(...[topology, ...(tuned ? [tuned] : [])].map((each) => offeredWork(each, options)));
  const rate = options.rate ?? Math.min(ownRate, (mostOffered * cpus().length * 1e6) / work);
  const running: RunOptions = { ...options, rate, ...(costs ? { costs } : {}) };
  const traces = join(folder, "traces.jsonl");
  const run = await runSystem(join(folder, "system"), traces, running);
  if (own.note !== undefined && options.rate === undefined) run.warnings.unshift(own.note);
  const reject = (reason: string) => {
    if (!run.warnings.includes(reason)) run.warnings.push(reason);
  };
  let shifts: RootShift[] | null = null;
  if (tuned) {
    onStep("running it under interventions");
    const after = join(folder, "tuned.jsonl");
    await runSystem(join(folder, "tuned"), after, running);
    const both = async (which: "took" | "model") => ({
      before: await recordedLatencies(traces, which, reject),
      after: await recordedLatencies(after, which, reject),
    });
    const runs = { drawn: await both("model"), measured: await both("took") };
    shifts = rootShifts({ before: topology, after: tuned }, runs, seed);
  }
  const refitted = await fitTraces(dataset, [traces], {
    ...{ name: topology.name, seed, onStep },
    ...(signal ? { signal } : {}),
  });
  await writeFile(join(folder, "refitted.json"), writeTopology(refitted));
  const held = await original?.();
  onStep("comparing");
  const drawn = await recordedLatencies(traces, "model", reject);
  const { judgement, samples } = await judgeRun(topology, dataset, drawn, refitted, held, seed);
  const loss = JSON.parse(files.get(fidelityLossFile)!) as FidelityLoss;
  return { ...judgement, rate, ownRate, costs, run, refitted, loss, shifts, samples };
}

async function measureMachine(runtime: RuntimeFiles, options: Omit<RunOptions, "costs">) {
  const folder = await mkdtemp(join(tmpdir(), "palette-calibrate-"));
  try {
    return await calibrate(folder, runtime, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
