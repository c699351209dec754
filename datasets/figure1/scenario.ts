/** An entry API of the scenario. */
export interface Caller {
  service: string;
  api: string;
  /** Share of the traces that enter here. */
  share: number;
  /** Items that it asks B to work on: uniform among the integers from `low` to `high`. */
  items: { low: number; high: number };
}

/**
 * The parameters of Figure 1: A and C both call B, and C asks B for ten times the work. Times are µs, sizes bytes;
 * lognormal distributions are given by their mean and the standard deviation `sigma` of the logarithm.
 */
export const figure1 = {
  seed: 1,
  traces: 3000,
  /** Entry calls a second, Poisson. */
  rate: 20,
  callers: [
    { service: "A", api: "GET /a", share: 0.15, items: { low: 80, high: 120 } },
    { service: "C", api: "GET /c", share: 0.85, items: { low: 800, high: 1200 } },
  ] satisfies Caller[],
  /** Own time of A and of C: a part before the call to B and an equal one, drawn anew, after it. */
  ownHalf: { mean: 200, sigma: 0.4 },
  /** Client span less server span: half on the way to B, half on the way back. */
  network: { mean: 150, sigma: 0.5 },
  worker: {
    service: "B",
    api: "POST /b",
    /** B's own time is the items times this. */
    perItem: { mean: 50, sigma: 0.7 },
    requestBytes: (items: number) => 64 + 24 * items,
    responseBytes: (items: number) => 32 + 8 * items,
  },
};

/** Mean time that B takes for a caller, µs: the mean of a product of independent variables. */
export function meanWork(caller: Caller): number {
  return ((caller.items.low + caller.items.high) / 2) * figure1.worker.perItem.mean;
}

/** Mean latency of a caller, µs: Sequential, C + λa with λ = 1. */
export function meanLatency(caller: Caller): number {
  return 2 * figure1.ownHalf.mean + figure1.network.mean + meanWork(caller);
}

/** Mean latency that a model without any conditioning gives to either caller, µs. */
export function meanLatencyUnconditioned(): number {
  const work = figure1.callers.reduce((sum, caller) => sum + caller.share * meanWork(caller), 0);
  return 2 * figure1.ownHalf.mean + figure1.network.mean + work;
}
