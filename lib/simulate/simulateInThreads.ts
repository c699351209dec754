import { Worker } from "node:worker_threads";
import type { Topology } from "../topology/topology.ts";
import { compile, type Model } from "./compile.ts";
import { arrivalsOf, type BatchOptions, simulateBatches } from "./simulate.ts";
import { type PieceFormat, type SimulatedPiece, simulatedPiece } from "./simulatedPiece.ts";

/** What a thread is started with, and what it sends. */
export interface ThreadData {
  topology: Topology;
  model: Model;
  format: PieceFormat;
}
export type FromThread = { piece: SimulatedPiece } | { done: true } | { failed: string };

export interface ThreadOptions {
  traces: number;
  seed: number;
  /** Worker threads; below 2 there are none. */
  threads: number;
  /** JavaScript (CommonJS) of lib/simulate/simulateThread.ts, for a thread to run; asked for where there are threads. */
  source: () => string | Promise<string>;
  /** What batches become; executions unless told. */
  format?: PieceFormat;
  /** Traces that a thread simulates at a time; 10,000 unless told. */
  range?: number;
}

/** Ranges that a thread is sent before the first of them is asked for, so that it never waits. */
const ahead = 2;

/**
 * The same traces as `simulate`, in batches, by several worker threads (Node only), which also write them as text. Threads take turns with ranges of
 * traces; batches come in the order of their traces and are the same whatever the number of threads. Each thread is at most two
 * ranges ahead, so that memory stays flat. Throws as `simulate` does.
 */
export async function* simulateInThreads(
  topology: Topology,
  model: Model,
  options: ThreadOptions,
): AsyncGenerator<SimulatedPiece, void, undefined> {
  const { format = "executions", seed } = options;
  const compiled = compile(topology, model);
  const ranges = rangesOf(options, (from, to) => arrivalsOf(compiled, seed, from, to));
  if (options.threads < 2) {
    for (const range of ranges)
      for (const batch of simulateBatches(compiled, range)) yield simulatedPiece(topology, batch, format, seed);
    return;
  }
  const source = await options.source();
  const threads = Array.from(
    { length: options.threads },
    () => new SimulatingThread(source, { topology, model, format }),
  );
  try {
    const waiting: SimulatingThread[] = [];
    let sent = 0;
    const send = () => {
      const { value: range } = ranges.next();
      if (range === undefined) return;
      const thread = threads[sent++ % threads.length]!;
      thread.send(range);
      waiting.push(thread);
    };
    for (let each = 0; each < ahead * threads.length; each++) send();
    for (let thread = waiting.shift(); thread !== undefined; thread = waiting.shift()) {
      yield* thread.receive();
      send();
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

/** The ranges of traces, each with the arrival before it. */
function* rangesOf(
  { traces, seed, range = 10_000 }: ThreadOptions,
  arrivalBefore: (from: { trace: number; arrival: number }, to: number) => number,
): Generator<BatchOptions, undefined, undefined> {
  let from = { trace: 0, arrival: 0 };
  while (from.trace < traces || traces === 0) {
    const to = Math.min(traces, from.trace + range);
    yield { traces: to, seed, from };
    if (to === traces) return;
    from = { trace: to, arrival: arrivalBefore(from, to) };
  }
}

/** A worker thread, and what came from it. */
class SimulatingThread {
  private readonly worker: Worker;
  private readonly received: FromThread[] = [];
  private lost: Error | undefined;
  private wake = () => {};

  constructor(source: string, workerData: ThreadData) {
    this.worker = new Worker(source, { eval: true, workerData });
    this.worker.on("message", (message: FromThread) => {
      this.received.push(message);
      this.wake();
    });
    const lose = (error: Error) => {
      this.lost ??= error;
      this.wake();
    };
    this.worker.on("error", lose);
    this.worker.on("exit", () => lose(new Error("simulate: a thread ended before its traces")));
  }

  send(range: BatchOptions): void {
    this.worker.postMessage(range);
  }

  /** The batches of the range that was sent first of those not received. */
  async *receive(): AsyncGenerator<SimulatedPiece> {
    for (;;) {
      const message = this.received.shift();
      if (message === undefined) {
        if (this.lost) throw this.lost;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        continue;
      }
      if ("failed" in message) throw new Error(message.failed);
      if ("done" in message) return;
      yield message.piece;
    }
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
