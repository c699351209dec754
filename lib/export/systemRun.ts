import type { LatencyReport } from "../compare/compareSamples.ts";

/** What a page asks the local server to run. */
export interface SystemRequest {
  /** The text of a topology.json. */
  topology: string;
  /** As the command line takes them: `duration`, `rate`, `scale`, `processes`, `corrections`, `work`, `seed`. */
  options: Record<string, string>;
}

/** Latencies of an API, µs, ascending, evenly chosen of `n`. */
export interface ThinnedSamples {
  service: string;
  name: string;
  n: number;
  durations: number[];
}

/** How a system ran, and how near it came. */
export interface SystemResult {
  /** Entry calls a second, and the traces' own. */
  rate: number;
  ownRate: number;
  /** What this machine adds to a call, and to the end of work, µs. */
  costs: { hop: number; wake: number } | null;
  run: {
    sent: number;
    completed: number;
    failed: number;
    achieved: number;
    offered: number;
    latenessP99: number;
    warnings: string[];
  };
  model: LatencyReport<"running" | "refitted" | "chance">;
  drawn: LatencyReport<"running">;
  running: { apis: ThinnedSamples[]; roots: ThinnedSamples[] };
  modelled: { apis: ThinnedSamples[]; roots: ThinnedSamples[] };
}

/** A line of what the server says while a system runs; a result or an error is the last. */
export type SystemMessage = { step: string } | { error: string } | { result: SystemResult };
