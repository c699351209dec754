/** How one API's latencies compare, as a report has it: distances to held-out originals, quantiles as relative errors. */
export interface ComparisonRow {
  service: string;
  api: string;
  /** Held-out executions. */
  n: number;
  floor: { ks: number };
  simple: ModelErrors;
  gcm: ModelErrors;
}

export interface ModelErrors {
  ks: number;
  /** Relative error of the quantile: 0.5 is half as much again, −0.5 half of it; null where the original is 0. */
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

export type ComparisonOrder = "n" | "ratio" | "name";

/** Rows by executions, by how far the GCM is above the noise floor, or by name; at most `limit` of them. */
export function orderComparison(rows: ComparisonRow[], order: ComparisonOrder, limit: number): ComparisonRow[] {
  const name = (row: ComparisonRow) => `${row.service} ${row.api}`;
  const ratio = (row: ComparisonRow) => row.gcm.ks / Math.max(row.floor.ks, 1e-6);
  const byName = (a: ComparisonRow, b: ComparisonRow) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0);
  const by = { n: (a, b) => b.n - a.n, ratio: (a, b) => ratio(b) - ratio(a), name: () => 0 } satisfies Record<
    ComparisonOrder,
    (a: ComparisonRow, b: ComparisonRow) => number
  >;
  return rows.toSorted((a, b) => by[order](a, b) || byName(a, b)).slice(0, limit);
}
