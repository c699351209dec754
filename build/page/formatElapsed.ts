/** A duration in ms as people say it: `12 ms`, `1.3 s`, `2 min 5 s`. */
export function formatElapsed(elapsed: number): string {
  if (elapsed < 1000) return `${Math.max(1, Math.round(elapsed))} ms`;
  if (elapsed < 59_950) return `${(elapsed / 1000).toFixed(1)} s`;
  const seconds = Math.round(elapsed / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
