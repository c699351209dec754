import { codesPerStage } from "../lib/executions/segmentStages.ts";

/**
 * A walk in words: its stages in order with the calls that each makes at once, a stage that follows itself once with the
 * number of times, asynchronous calls in brackets: `a, b → c × 3 → (d)`. Long walks are cut after `limit` stages.
 * @param codes a walk's codes, as in the data set's `walks`, separated by spaces
 * @param callees what each edge calls
 */
export function pathText(codes: string, callees: ReadonlyMap<number, string>, limit = 8): string {
  if (codes === "") return "calls nothing";
  const stages = new Map<number, string[]>();
  for (const code of codes.split(" ").map(Number)) {
    const stage = Math.floor(code / codesPerStage);
    const call = code % codesPerStage;
    const name = callees.get(Math.floor(call / 2)) ?? "?";
    stages.set(stage, [...(stages.get(stage) ?? []), call % 2 === 1 ? `(${name})` : name]);
  }
  const steps: { text: string; times: number }[] = [];
  for (const [, calls] of [...stages].sort(([a], [b]) => a - b)) {
    const text = counted(calls.sort()).join(", ");
    const last = steps.at(-1);
    if (last?.text === text) last.times++;
    else steps.push({ text, times: 1 });
  }
  const words = steps.slice(0, limit).map(({ text, times }) => (times > 1 ? `${text} × ${times}` : text));
  const more = steps.length - words.length;
  return [...words, ...(more > 0 ? [`${more} more`] : [])].join(" → ");
}

/** Names in order; several of one name once, with their number. */
function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${count} ${name}` : name));
}
