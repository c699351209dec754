import { otlpLine, type RecordedSpan } from "../otlp.ts";

/**
 * OTLP JSON lines, one trace a line in order of the root's start, of the traces whose root started at `from` (ns) or
 * later. Throws where a trace has no root or a span's parent is missing: nothing may be lost on the way here.
 */
export function collect(spans: readonly RecordedSpan[], from: bigint): string {
  const traces = new Map<string, RecordedSpan[]>();
  for (const span of spans) {
    const trace = traces.get(span.trace);
    if (trace) trace.push(span);
    else traces.set(span.trace, [span]);
  }
  const kept: { start: bigint; trace: string; line: string }[] = [];
  for (const [trace, members] of traces) {
    const ids = new Set(members.map(({ id }) => id));
    const orphan = members.find(({ parent }) => parent !== undefined && !ids.has(parent));
    if (orphan) throw new Error(`trace ${trace}: span ${orphan.id} has no parent ${orphan.parent}`);
    const root = members.find(({ parent }) => parent === undefined);
    if (!root) throw new Error(`trace ${trace} has no root`);
    if (root.start >= from) kept.push({ start: root.start, trace, line: otlpLine(members) });
  }
  kept.sort((a, b) => (a.start < b.start || (a.start === b.start && a.trace < b.trace) ? -1 : 1));
  return `${kept.map(({ line }) => line).join("\n")}\n`;
}
