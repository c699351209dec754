import { formatCount } from "./formatCount.ts";
import { logBins } from "./logBins.ts";
import type { ResultColumn } from "./resultColumn.ts";
import { svg } from "./svg.ts";

const [width, height, most] = [88, 22, 22];

/** So many values of a column of texts are counted at most, spread over all rows. */
const sample = 10_000;

const goldenRatio = (1 + Math.sqrt(5)) / 2;

/**
 * The distribution of a column in a heading's size: bins of equal width between the least and the greatest number, on a
 * logarithmic axis where they are all positive and lie a hundredfold apart; of texts the most frequent, and the others
 * as one paler bar. What it shows is in its label.
 */
export function columnHistogram(column: ResultColumn, rows: number, document: Document): SVGElement {
  const { counts, label, rest } = column.numeric ? countNumbers(column) : countTexts(column, rows);
  const greatest = Math.max(1, ...counts);
  const step = width / Math.max(counts.length, 1);
  const bars = counts.map((count, i) => {
    const tall = count === 0 ? 0 : Math.max(1, (count / greatest) * height);
    const className = rest && i === counts.length - 1 ? "palette-bar palette-rest" : "palette-bar";
    const wide = Math.max(1, step - 1);
    return svg(document, "rect", { class: className, x: i * step, y: height - tall, width: wide, height: tall });
  });
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return svg(
    document,
    "svg",
    { ...size, role: "img", "aria-label": label },
    svg(document, "title", {}, label),
    ...bars,
  );
}

interface Counted {
  counts: number[];
  label: string;
  /** The last count is of all other values. */
  rest?: boolean;
}

function countNumbers(column: ResultColumn): Counted {
  const keys = column.keys();
  let [low, high, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const key of keys) {
    if (!Number.isFinite(key)) missing++;
    else {
      if (key < low) low = key;
      if (key > high) high = key;
    }
  }
  const without = missing > 0 ? `, ${formatCount(missing)} without a number` : "";
  if (low > high) return { counts: [], label: `no numbers${without}` };
  const range = `from ${column.label(low)} to ${column.label(high)}`;
  if (low > 0 && high >= 100 * low) {
    const counts = logBins(keys, most, [low, high]).map(({ count }) => count);
    return { counts, label: `${range}, logarithmic axis${without}` };
  }
  const counts = new Array<number>(most).fill(0);
  const scale = high > low ? most / (high - low) : 0;
  for (const key of keys) if (Number.isFinite(key)) counts[Math.min(most - 1, Math.floor((key - low) * scale))]!++;
  return { counts, label: `${range}${without}` };
}

function countTexts(column: ResultColumn, rows: number): Counted {
  const counted = Math.min(rows, sample);
  const found = new Map<string, number>();
  for (let i = 0; i < counted; i++) {
    // One row of each stretch, not always the same place in it, so that no rhythm of the rows is met.
    const within = counted < rows ? (i * goldenRatio) % 1 : 0;
    const text = column.text(Math.floor(((i + within) * rows) / counted));
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  const sorted = [...found].sort(([, a], [, b]) => b - a);
  const named = sorted.length > most ? sorted.slice(0, most - 1) : sorted;
  const others = sorted.slice(named.length).reduce((sum, [, count]) => sum + count, 0);
  const of = counted < rows ? ` in ${formatCount(counted)} of ${formatCount(rows)} rows` : "";
  const [first] = sorted;
  const often = first ? `, most often ${first[0].slice(0, 80)} (${formatCount(first[1])})` : "";
  const counts = named.map(([, count]) => count);
  if (others > 0) counts.push(others);
  return { counts, label: `${formatCount(found.size)} different values${of}${often}`, rest: others > 0 };
}
