/**
 * A field of an intervention: how the published schema describes it, and the check that gives it its type. `check`
 * throws one line that names the place, the value and what would be valid.
 */
export interface Field<Value> {
  schema: Record<string, unknown>;
  optional: boolean;
  check(value: unknown, place: string): Value;
}

export type Fields = Record<string, Field<unknown>>;

type Optional<F extends Fields> = { [Name in keyof F]: undefined extends ValueOf<F[Name]> ? Name : never }[keyof F];
type ValueOf<F> = F extends Field<infer Value> ? Value : never;

/** The object that fields describe. */
export type Values<F extends Fields> = { [Name in Exclude<keyof F, Optional<F>>]: ValueOf<F[Name]> } & {
  [Name in Optional<F>]?: ValueOf<F[Name]>;
};

/** A value from outside on one line, cut short. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function field<Value>(
  schema: Record<string, unknown>,
  what: string,
  holds: (value: unknown) => boolean,
  help: string,
): Field<Value> {
  const check = (value: unknown, place: string): Value => {
    if (holds(value)) return value as Value;
    throw new Error(`${place}: ${shown(value)} is not ${what}`);
  };
  return { schema: { ...schema, description: help }, optional: false, check };
}

export function optional<Value>(required: Field<Value>): Field<Value | undefined> {
  return {
    ...required,
    optional: true,
    check: (value, place) => (value === undefined ? undefined : required.check(value, place)),
  };
}

export function text(help: string): Field<string> {
  const holds = (value: unknown) => typeof value === "string" && value !== "";
  return field({ type: "string", minLength: 1 }, "a text", holds, help);
}

export function flag(help: string): Field<boolean> {
  return field({ type: "boolean" }, "true or false", (value) => typeof value === "boolean", help);
}

export function choice<const Choice extends string>(choices: readonly Choice[], help: string): Field<Choice> {
  const holds = (value: unknown) => choices.includes(value as Choice);
  return field({ enum: choices }, choices.map(shown).join(" or "), holds, help);
}

function number(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function finite(help: string): Field<number> {
  return field({ type: "number" }, "a finite number", number, help);
}

export function amount(help: string): Field<number> {
  const holds = (value: unknown) => number(value) && value >= 0;
  return field({ type: "number", minimum: 0 }, "a finite number of at least 0", holds, help);
}

export function positive(help: string): Field<number> {
  const holds = (value: unknown) => number(value) && value > 0;
  return field({ type: "number", exclusiveMinimum: 0 }, "a finite number above 0", holds, help);
}

export function share(help: string): Field<number> {
  const holds = (value: unknown) => number(value) && value >= 0 && value <= 1;
  return field({ type: "number", minimum: 0, maximum: 1 }, "a share between 0 and 1", holds, help);
}

export function whole(least: number, help: string): Field<number> {
  const holds = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= least;
  return field({ type: "integer", minimum: least }, `a whole number of at least ${least}`, holds, help);
}

/** @param least 0 where the list may be empty */
export function list<Item>(item: Field<Item>, help: string, least: 0 | 1 = 1): Field<Item[]> {
  return {
    schema: { type: "array", items: item.schema, ...(least > 0 && { minItems: least }), description: help },
    optional: false,
    check(value, place) {
      if (!Array.isArray(value) || value.length < least)
        throw new Error(`${place}: ${shown(value)} is not a list${least > 0 ? " of any" : ""}`);
      return value.map((each, index) => item.check(each, `${place}[${index}]`));
    },
  };
}

export function object<const F extends Fields>(fields: F, help: string): Field<Values<F>> {
  return {
    schema: { ...objectSchema(fields), description: help },
    optional: false,
    check: (value, place) => checkObject(fields, value, place),
  };
}

/** Texts by name, such as the context of a table. */
export function context(help: string): Field<Record<string, string>> {
  const holds = (value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((each) => typeof each === "string");
  return field({ type: "object", additionalProperties: { type: "string" } }, "an object of texts", holds, help);
}

/** The first of several fields that takes the value; the error is that of the last. */
export function either<A, B>(first: Field<A>, second: Field<B>, help: string): Field<A | B> {
  return {
    schema: { anyOf: [first.schema, second.schema], description: help },
    optional: false,
    check(value, place) {
      try {
        return first.check(value, place);
      } catch {
        return second.check(value, place);
      }
    },
  };
}

/** The schema of an object that has these fields and no others. */
export function objectSchema(fields: Fields): Record<string, unknown> {
  const required = Object.keys(fields).filter((name) => !fields[name]!.optional);
  const properties = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return { type: "object", ...(required.length > 0 && { required }), properties, additionalProperties: false };
}

/** Checks an object that has these fields and no others. */
export function checkObject<F extends Fields>(fields: F, value: unknown, place: string): Values<F> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${place}: ${shown(value)} is not an object`);
  }
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name)) continue;
    throw new Error(`${place}: unknown field ${shown(name)}; there are ${Object.keys(fields).join(", ")}`);
  }
  const checked: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(fields)) {
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    if (own === undefined && !each.optional) throw new Error(`${place}: ${name} is missing`);
    const found = each.check(own, `${place}: ${name}`);
    if (found !== undefined) checked[name] = found;
  }
  return checked as Values<F>;
}
