import type { JsonRecords } from "./jsonFormat.ts";

/** A parsed JSON object, whose members may be missing or of any type. */
export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An id as text; null where there is none: no text or integer, empty, or nothing but zeros. */
export function idOf(value: unknown): string | null {
  const id = Number.isSafeInteger(value) ? String(value) : value;
  return typeof id !== "string" || /^0*$/.test(id) ? null : id;
}

/** A name; null where there is none. */
export function nameOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** An id, or null after the record was rejected by `rule`. */
export function requiredId(value: unknown, rule: string, column: string, records: JsonRecords): string | null {
  const id = idOf(value);
  if (id === null) records.reject(rule, column, value);
  return id;
}

/** An object, or null after the record was rejected as `no-span`. */
export function requiredSpan(value: unknown, records: JsonRecords): JsonObject | null {
  if (isObject(value)) return value;
  records.reject("no-span", "", value);
  return null;
}

const maxInt64 = 2n ** 63n - 1n;

/**
 * A time in ns from one in `unit` ns, given as a number or as its digits, exact for integers and to the ns for
 * fractions; undefined where it is missing (absent, null, empty), null where it is no number or beyond 64 bits.
 */
export function nanoseconds(value: unknown, unit: 1 | 1000): bigint | null | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  let ns: bigint;
  if (Number.isSafeInteger(value)) ns = BigInt(value as number);
  else if (typeof value === "string" && /^-?\d{1,30}$/.test(value)) ns = BigInt(value);
  else {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) return null;
    const whole = Math.trunc(number);
    const scaled = BigInt(whole) * BigInt(unit) + BigInt(Math.round((number - whole) * unit));
    return scaled > maxInt64 || scaled < -maxInt64 ? null : scaled;
  }
  if (unit !== 1) ns *= BigInt(unit);
  return ns > maxInt64 || ns < -maxInt64 ? null : ns;
}

/**
 * A start in ns (see `nanoseconds`), or null after the record was rejected: `missing-start` (zero is none, too) or
 * `bad-number`.
 */
export function startOf(value: unknown, unit: 1 | 1000, column: string, records: JsonRecords): bigint | null {
  const start = nanoseconds(value, unit);
  if (start === undefined || start === 0n) records.reject("missing-start", column, value);
  else if (start === null) records.reject("bad-number", column, value);
  else return start;
  return null;
}

/**
 * A duration in µs, or null after the record was rejected: `missing-duration`, `bad-number` or
 * `negative-duration`.
 */
export function durationOf(value: unknown, records: JsonRecords): number | null {
  const duration = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (duration === undefined || duration === null || duration === "")
    records.reject("missing-duration", "duration", value);
  else if (typeof duration !== "number" || !Number.isFinite(duration)) records.reject("bad-number", "duration", value);
  else if (duration < 0) records.reject("negative-duration", "duration", value);
  else return duration;
  return null;
}
