import type { BenchRow } from "../test/bench/benchRow.ts";

/** A bench's rows as a Markdown table; the ratio is ours over the peer's. */
export function benchTable(rows: readonly BenchRow[]): string {
  const lines = rows.map(({ measure, unit, ours, peer }) => {
    const theirs = peer ? `${figure(peer.value)} ${unit} (${peer.name})` : "–";
    return `| ${measure} | ${figure(ours)} ${unit} | ${theirs} | ${peer ? figure(ours / peer.value) : "–"} |`;
  });
  return ["| measure | ours | peer | ratio |", "|---|---|---|---|", ...lines].join("\n");
}

/**
 * The text with the section between a bench's markers replaced; a bench without markers is added at the end, under a
 * heading of its name. Everything outside the markers stays as it is.
 */
export function replaceSection(text: string, id: string, name: string, body: string): string {
  const [open, close] = [`<!-- bench ${id} -->`, `<!-- /bench ${id} -->`];
  const section = `${open}\n${body}\n${close}`;
  const from = text.indexOf(open);
  if (from < 0) return `${text.trimEnd()}\n\n## ${name}\n\n${section}\n`;
  const to = text.indexOf(close, from);
  if (to < 0) throw new Error(`bench ${id}: ${open} has no ${close} after it`);
  return text.slice(0, from) + section + text.slice(to + close.length);
}

/** Three significant digits, without an exponent. */
function figure(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(digits);
}
