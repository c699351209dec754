/** A value from outside, cut short and on one line, for an error message. */
function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * Checks of untyped values, each throwing one line that names the place in the topology, the value, and what would be
 * valid: `topology: apis[3].errors: 1.2 is not a share between 0 and 1`.
 */
export const check = {
  fail(place: string, problem: string): never {
    throw new Error(`topology: ${place === "" ? "" : `${place}: `}${problem}`);
  },

  shown,

  object(value: unknown, place: string): Record<string, unknown> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return check.fail(place, `${shown(value)} is not an object`);
  },

  list(value: unknown, place: string): unknown[] {
    if (Array.isArray(value)) return value;
    return check.fail(place, `${shown(value)} is not a list`);
  },

  text(value: unknown, place: string): string {
    if (typeof value === "string") return value;
    return check.fail(place, `${shown(value)} is not a text`);
  },

  oneOf<const T extends readonly unknown[]>(value: unknown, choices: T, place: string): T[number] {
    if (choices.includes(value)) return value as T[number];
    return check.fail(place, `${shown(value)} is not ${choices.map(shown).join(" or ")}`);
  },

  boolean(value: unknown, place: string): boolean {
    if (typeof value === "boolean") return value;
    return check.fail(place, `${shown(value)} is not true or false`);
  },

  /** Finite and at least 0. */
  amount(value: unknown, place: string): number {
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
    return check.fail(place, `${shown(value)} is not a finite number of at least 0`);
  },

  /** Finite and above 0. */
  positive(value: unknown, place: string): number {
    if (check.amount(value, place) > 0) return value as number;
    return check.fail(place, "0 is not above 0");
  },

  /** A whole number of at least 1. */
  times(value: unknown, place: string): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
    return check.fail(place, `${shown(value)} is not a whole number of at least 1`);
  },

  share(value: unknown, place: string): number {
    if (typeof value === "number" && value >= 0 && value <= 1) return value;
    return check.fail(place, `${shown(value)} is not a share between 0 and 1`);
  },

  /** The probabilities of a list sum to 1 within 1e-9. */
  distribution(probabilities: readonly number[], place: string): void {
    const sum = probabilities.reduce((total, probability) => total + probability, 0);
    if (Math.abs(sum - 1) > 1e-9) check.fail(place, `probabilities sum to ${Number(sum.toPrecision(12))}, not 1`);
  },

  /** Ascending; equal neighbours are allowed unless `strictly`. */
  ascending(values: readonly number[], place: string, strictly = false): void {
    for (let index = 1; index < values.length; index++) {
      const [before, value] = [values[index - 1]!, values[index]!];
      if (value < before || (strictly && value === before)) {
        check.fail(`${place}[${index}]`, `${value} is not above ${before}, the value before it`);
      }
    }
  },

  /** Every item's key is used once; returns the keys. */
  unique(keys: readonly string[], place: string, key = "id"): Set<string> {
    const seen = new Set<string>();
    for (const [index, value] of keys.entries()) {
      if (seen.has(value)) check.fail(`${place}[${index}]`, `${key} ${shown(value)} is used before`);
      seen.add(value);
    }
    return seen;
  },

  /** A text that names an item of a list. */
  reference(value: unknown, known: { has(id: string): boolean }, what: string, place: string): string {
    const id = check.text(value, place);
    if (known.has(id)) return id;
    return check.fail(place, `there is no ${what} ${shown(id)}`);
  },
};
