export type TimeUnit = "s" | "ms" | "us" | "ns" | "timestamp";

/**
 * Which columns of a CSV or Parquet file hold what. `duration` or `end` must be given. Units are µs unless said;
 * `timestamp` is a date and time as text or as an SQL timestamp.
 */
export interface ColumnMapping {
  trace: string;
  span: string;
  /** The parent's span id; empty, absent, or `root` for a root. */
  parent?: string;
  service: string;
  operation: string;
  /** A span kind in any of the usual spellings (`SERVER`, `SPAN_KIND_SERVER`, `2`). */
  kind?: string;
  start: string;
  startUnit?: TimeUnit;
  duration?: string;
  durationUnit?: Exclude<TimeUnit, "timestamp">;
  end?: string;
  endUnit?: TimeUnit;
  /** True, 1, or a status such as `ERROR` or `STATUS_CODE_ERROR`. */
  error?: string;
  peer?: string;
  /** Bytes. */
  requestBytes?: string;
  /** Bytes. */
  responseBytes?: string;
  /** Further columns, kept in the table `properties` under their own names. */
  properties?: string[];
}

/** The columns that a mapping names. */
export function mappedColumns(mapping: ColumnMapping): string[] {
  const { startUnit, durationUnit, endUnit, properties = [], ...single } = mapping;
  return [...Object.values(single), ...properties].filter((name) => name !== undefined);
}
