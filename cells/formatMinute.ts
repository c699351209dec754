/** A time (ms since 1970) to the minute, as 2026-01-31 12:34 UTC. */
export function formatMinute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
