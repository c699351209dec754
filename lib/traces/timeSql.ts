import type { TimeUnit } from "./columnMapping.ts";
import type { Column } from "./rowFormat.ts";

/** ns in a unit, as a power of ten. */
const digits = { s: 9, ms: 6, us: 3, ns: 0 } as const;

/**
 * An SQL expression for a time or a duration in whole ns (BIGINT); NULL where the value is none. Decimal fractions are
 * exact to the ns. Date and time without a zone are taken as UTC.
 */
export function nanosecondsOf({ sql, type }: Column, unit: TimeUnit): string {
  if (unit === "timestamp") {
    return type === "VARCHAR" ? `epoch_ns(TRY_CAST(${sql} AS TIMESTAMP_NS))` : `epoch_ns(${sql})`;
  }
  const power = digits[unit];
  const factor = `1${"0".repeat(power)}`;
  const whole = (value: string) => (power === 0 ? value : `TRY_CAST(${value}::HUGEINT * ${factor} AS BIGINT)`);
  if (type === "VARCHAR") {
    // Text to DECIMAL(28, 9) takes DuckDB 12 µs a value, so only signed fractions and exponents go that way.
    return `CASE
      WHEN NOT contains(${sql}, '.') THEN ${whole(`TRY_CAST(${sql} AS BIGINT)`)}
      WHEN regexp_full_match(${sql}, '[0-9]+[.][0-9]*') THEN ${whole(`TRY_CAST(split_part(${sql}, '.', 1) AS BIGINT)`)}${
        power === 0 ? "" : ` + CAST(rpad(left(split_part(${sql}, '.', 2), ${power}), ${power}, '0') AS BIGINT)`
      }
      ELSE ${decimal(sql, factor)} END`;
  }
  if (/^(DOUBLE|FLOAT)$/.test(type)) {
    const rest = `TRY_CAST(round((${sql} - floor(${sql})) * ${factor}) AS BIGINT)`;
    return `TRY_CAST(TRY_CAST(floor(${sql}) AS HUGEINT) * ${factor} + ${rest} AS BIGINT)`;
  }
  return type.startsWith("DECIMAL") ? decimal(sql, factor) : whole(`TRY_CAST(${sql} AS BIGINT)`);
}

function decimal(sql: string, factor: string): string {
  return `TRY_CAST(TRY_CAST(${sql} AS DECIMAL(28, 9)) * ${factor}::DECIMAL(10, 0) AS BIGINT)`;
}
