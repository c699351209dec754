import { identifier } from "../sql.ts";

/** The quoted name of the column that `Scan.file` tells of: one that no column of the files has, in any case. */
export function fileColumn(columns: readonly string[]): string {
  return identifier(freeName("#file", columns));
}

/** The name, with a number where it is taken: SQL compares names without case. */
export function freeName(name: string, taken: readonly string[]): string {
  const folded = new Set(taken.map((other) => other.toLowerCase()));
  let free = name;
  for (let n = 2; folded.has(free.toLowerCase()); n++) free = `${name}_${n}`;
  return free;
}
