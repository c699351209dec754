import { check } from "./check.ts";
import type { Context } from "./topology.ts";

/**
 * Checks that no two rows of a list hold in the same context, of which the second would never serve. Throws one line
 * naming both.
 * @param of what rows are told apart by beside their context
 */
export function distinctContexts<Row extends { given: Context }>(
  rows: readonly Row[],
  place: string,
  of: (row: Row) => string = () => "",
): void {
  const first = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const entries = Object.entries(row.given).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([of(row), entries]);
    const before = first.get(key);
    if (before !== undefined)
      check.fail(`${place}[${index}].given`, `${check.shown(row.given)} is the context of ${place}[${before}] already`);
    first.set(key, index);
  }
}
