import type { ColumnMapping } from "./columnMapping.ts";
/** A file's column as SQL: its quoted name, and its type in the engine. */
export interface Column {
  name: string;
  sql: string;
  type: string;
}

/** Finds a column by name in any case; null where the file has none. */
export type Columns = (name: string) => Column | null;

/** What a row says, as SQL expressions over the file's columns. */
export interface RowExpressions {
  /** The columns of the staging table: `recordColumns`, or what a later step makes records of. */
  values: Record<string, string>;
  /** SQL of a span's attribute, as text; absent where a format has none. */
  attribute?: (name: string) => string;
  /** Texts for the table `properties`, by name. */
  properties?: Record<string, string>;
  /** In order: the first whose condition holds rejects the row. */
  checks: RowCheck[];
  /** A column whose value is doubled on some lines, so that they have one field too many: they are repaired. */
  doubledColumn?: Column;
}

export interface RowCheck {
  /** Name of the rule that the row breaks. */
  rule: string;
  column: Column;
  /** An SQL condition; NULL counts as false. */
  fails: string;
}

/** A format in which each row is one span. */
export type RowFormat = (columns: Columns, mapping?: ColumnMapping) => RowExpressions;
