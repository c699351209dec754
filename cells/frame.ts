import type { DataFrame } from "danfojs";

/** A value of a small table's row. */
export type Value = string | number | boolean | null;

/** Statistics of one group of a small table, for one numeric column; `null` where the group has no number. */
export interface GroupSummary {
  /** Values of the columns grouped by. */
  group: Record<string, Value>;
  count: number;
  mean: number | null;
  std: number | null;
  min: number | null;
  median: number | null;
  max: number | null;
}

/** Loads danfojs (1.7 MB in the page) when it is first needed. */
async function danfo(): Promise<typeof import("danfojs")> {
  const loaded = await import("danfojs");
  // In a bundle of several files a CommonJS package has a default export alone.
  return "default" in loaded ? (loaded.default as typeof loaded) : loaded;
}

/** A danfojs frame of a small table, for use in a notebook's cell. Rows that grow with the traces belong in SQL. */
export async function frame(rows: readonly Record<string, Value>[]): Promise<DataFrame> {
  const { DataFrame } = await danfo();
  return new DataFrame(rows.map((row) => ({ ...row })));
}

/**
 * Count, mean, standard deviation (of a sample), least, median and greatest of a numeric column, for each combination of
 * the columns `by` in order of appearance (one group for all rows where `by` is empty). What is not a finite number is
 * left out.
 */
export async function summarize(
  rows: readonly Record<string, Value>[],
  column: string,
  by: readonly string[] = [],
): Promise<GroupSummary[]> {
  const { Series } = await danfo();
  const groups = new Map<string, { group: Record<string, Value>; numbers: number[] }>();
  for (const row of rows) {
    const group = Object.fromEntries(by.map((name) => [name, row[name] ?? null]));
    const key = JSON.stringify(Object.values(group));
    const known = groups.get(key) ?? { group, numbers: [] };
    groups.set(key, known);
    const value = row[column];
    if (typeof value === "number" && Number.isFinite(value)) known.numbers.push(value);
  }
  return [...groups.values()].map(({ group, numbers }) => {
    if (numbers.length === 0) return { group, count: 0, mean: null, std: null, min: null, median: null, max: null };
    const series = new Series(numbers);
    return {
      ...{ group, count: numbers.length, mean: series.mean(), std: numbers.length > 1 ? series.std() : null },
      ...{ min: series.min(), median: series.median(), max: series.max() },
    };
  });
}
