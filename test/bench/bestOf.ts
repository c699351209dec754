/**
 * Shortest time of a task over several runs, in seconds, after one run that is not counted: what other work on the
 * machine adds is no part of it.
 */
export async function bestOf(runs: number, task: () => unknown | Promise<unknown>): Promise<number> {
  await task();
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await task();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}
