import { formatCount } from "./formatCount.ts";
import { formatDuration } from "./formatDuration.ts";
import type { OpenTraces } from "./openTraces.ts";

/** How much the traces hold, as a sentence. */
export function countsText({
  counts,
  resolution,
  ledger,
}: Pick<OpenTraces, "counts" | "resolution" | "ledger">): string {
  if (counts === null) return `${formatCount(ledger.read)} records of summaries, without spans.`;
  const { traces, executions, apis, services, duration } = counts;
  const time = duration > 0 ? ` over ${formatDuration(duration)}` : "";
  return `${plural(traces, "trace")} with ${plural(executions, "execution")} of ${plural(apis, "API")} in ${plural(services, "service")}${time}; times are recorded to ${formatDuration(resolution)}.`;
}

function plural(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}
