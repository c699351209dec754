/** What a service or operation without a name is called. */
export const unknownName = "(unknown)";

const placeholders = ["", "NAN", "NaN", "nan", "UNKNOWN", "UNAVAILABLE", "(?)"];

/** An SQL expression for a name, NULL where it is missing or one of the placeholders that tracers write. */
export function nameOrNull(expression: string): string {
  return `CASE WHEN ${expression} IN (${placeholders.map((name) => `'${name}'`).join(", ")}) THEN NULL ELSE ${expression} END`;
}

/** An SQL expression for a name, `unknownName` where it is missing or a placeholder. */
export function nameOrUnknown(expression: string): string {
  return `coalesce(${nameOrNull(expression)}, '${unknownName}')`;
}
