import { literal } from "./sql.ts";

/** SQL that holds where a column matches a pattern as `matchesGlob` has it: `*` is any text, all else is itself. */
export function matches(column: string, pattern: string): string {
  const escaped = pattern.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
  return `${column} LIKE ${literal(escaped)} ESCAPE ${literal("\\")}`;
}
