import type { Column, RowCheck } from "./rowFormat.ts";

/** Rejects rows without a value in the column. */
export function presenceCheck(rule: string, column: Column): RowCheck {
  return { rule, column, fails: `${column.sql} IS NULL OR ${column.sql}::VARCHAR = ''` };
}

/** Rejects rows whose value could not be taken as a number by the expression. */
export function numberCheck(column: Column, expression: string): RowCheck {
  return { rule: "bad-number", column, fails: `(${expression}) IS NULL` };
}
