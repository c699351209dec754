/** The most rows of a table, or items of a list, that are written out. */
const mostItems = 10_000;

/**
 * A value of a cell as JSON can hold it, or undefined for what is no data: functions, elements, promises, objects with
 * methods. Tables of Arrow become rows, dates ISO texts, numbers that JSON lacks their names (`"NaN"`), lists beyond
 * 10,000 items are cut.
 */
export function plainValue(value: unknown, depth = 8): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    case "object":
      return value === null || depth === 0 ? null : plainObject(value, depth - 1);
    default:
      return undefined;
  }
}

function plainObject(value: object, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if ("nodeType" in value || "then" in value || "next" in value) return undefined;
  if (isArrowTable(value)) return plainList(value.slice(0, mostItems).toArray(), depth);
  if (Array.isArray(value)) return plainList(value, depth);
  if (value instanceof Map) return plainObject(Object.fromEntries(value), depth);
  if (value instanceof Set) return plainList([...value], depth);
  if (ArrayBuffer.isView(value))
    return "length" in value ? plainList(value as unknown as ArrayLike<unknown>, depth) : undefined;
  // Not `"toJSON" in value`: rows of Arrow are proxies that own up to their columns alone.
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return plainValue(toJSON.call(value), depth);
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).map(([key, item]) => [key, plainValue(item, depth)] as const);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** An object of properties: no instance of a class, and without methods, as an engine has them. */
function isRecord(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every((item) => typeof item !== "function");
}

function plainList(items: ArrayLike<unknown>, depth: number): unknown[] {
  return Array.from({ length: Math.min(items.length, mostItems) }, (_, i) => plainValue(items[i], depth) ?? null);
}

function isArrowTable(value: object): value is { slice(from: number, to: number): { toArray(): unknown[] } } {
  return "schema" in value && "numRows" in value && "toArray" in value;
}
