import type { BuiltCell } from "./builtNotebook.ts";
import { loopGuard } from "./loopGuard.ts";

const texts = new Map<string, Promise<string>>();

/** How alike a compiled line and a line of the source have to be, from 0 to 1. */
const alike = 0.6;

/**
 * The line of a cell's source, from 1, in which an error arose or from which the failing code was called; undefined where
 * that cannot be told, as in pages whose scripts are minified. Bundles of the live page have no map of their lines, which
 * would slow down every edit: the compiled line is looked up instead, and the line of the source that is most like it.
 */
export async function failingLine(cell: BuiltCell, error: unknown): Promise<number | undefined> {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const body = String(cell.body);
  for (const [, address, at] of stack.matchAll(/(https?:\/\/[^\s()]+):(\d+):\d+/g)) {
    const text = await textAt(address!).catch(() => "");
    const start = text.indexOf(body);
    if (start < 0) continue;
    const lines = body.split("\n").slice(0, Number(at) - text.slice(0, start).split("\n").length + 1);
    // The guard of a loop stands in the line below the loop's head.
    const compiled = lines.filter((line) => !line.includes(`${loopGuard}();`)).at(-1);
    if (compiled !== undefined) return mostAlike(compiled, cell.source.split("\n"));
  }
  return undefined;
}

function textAt(address: string): Promise<string> {
  const known = texts.get(address);
  if (known) return known;
  const text = fetch(address).then((response) => response.text());
  texts.set(address, text);
  return text;
}

/** The number of the line most like a compiled one, from 1, where one is more so than all others. */
export function mostAlike(compiled: string, lines: readonly string[]): number | undefined {
  const pairs = pairsOf(compiled);
  const likeness = lines.map((line) => {
    const own = pairsOf(line);
    const shared = own.filter((pair) => pairs.includes(pair)).length;
    return (2 * shared) / (own.length + pairs.length || 1);
  });
  const best = Math.max(...likeness);
  const found = likeness.indexOf(best);
  return best >= alike && likeness.lastIndexOf(best) === found ? found + 1 : undefined;
}

/** Each two letters that follow one another, without what compilers write in their own way. */
function pairsOf(line: string): string[] {
  const letters = line.replace(/[\s;]+/g, "").replace(/['`]/g, '"');
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, i) => letters.slice(i, i + 2));
}
