import type { Dialect, PrintFunction } from "./printer.ts";
import type { Expression, TypeNode } from "./tree.ts";

const types: Record<string, string> = {
  HUGEINT: "DECIMAL(38, 0)",
  UBIGINT: "DECIMAL(20, 0)",
  UINTEGER: "BIGINT",
  USMALLINT: "INTEGER",
  UTINYINT: "SMALLINT",
  FLOAT: "REAL",
  TIMESTAMP: "TIMESTAMP(6)",
  TIMESTAMP_NS: "TIMESTAMP(9)",
  TIMESTAMP_MS: "TIMESTAMP(3)",
  TIMESTAMP_S: "TIMESTAMP(0)",
  "TIMESTAMP WITH TIME ZONE": "TIMESTAMP(6) WITH TIME ZONE",
};
const same = new Set(["BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE", "VARCHAR", "DATE"]);

/** A type of DuckDB as Trino names it. Throws for those that the project has no use for. */
export function trinoType({ id, type_info: info }: TypeNode): string {
  if (id === "DECIMAL") return `DECIMAL(${info!.width}, ${info!.scale ?? 0})`;
  if (id === "LIST") return `ARRAY(${trinoType(info!.child_type!)})`;
  const name = same.has(id) ? id : types[id];
  if (name === undefined) throw new Error(`trino has no translation of the type ${id}`);
  return name;
}

/** A type by the name that column definitions write. */
export function trinoTypeNamed(name: string): string {
  const list = name.match(/^(.*)\[\]$/);
  if (list) return `ARRAY(${trinoTypeNamed(list[1]!)})`;
  const decimal = name.match(/^DECIMAL\((\d+), ?(\d+)\)$/i);
  if (decimal) return `DECIMAL(${decimal[1]}, ${decimal[2]})`;
  return trinoType({ id: name.toUpperCase() });
}

const plain =
  (name: string): PrintFunction =>
  (args, { distinct }) =>
    `${name}(${distinct ? "DISTINCT " : ""}${args.join(", ")})`;
const infix =
  (operator: string): PrintFunction =>
  (args) =>
    args.length === 1 ? `(${operator}${args[0]})` : `(${args.join(` ${operator} `)})`;

/** DuckDB leaves NULLs out of greatest and least, Trino gives NULL. */
const leavingNulls =
  (name: "greatest" | "least"): PrintFunction =>
  (args, { children }) => {
    const constant = args.find((_, i) => children![i]!.class === "CONSTANT");
    if (constant !== undefined)
      return `${name}(${args.map((arg) => (arg === constant ? arg : `coalesce(${arg}, ${constant})`)).join(", ")})`;
    if (args.length === 2) return `${name}(coalesce(${args[0]}, ${args[1]}), coalesce(${args[1]}, ${args[0]}))`;
    throw new Error(`trino: ${name} of more than two values needs one that is never NULL`);
  };

const text = (arg: string, node: Expression) => (isText(node) ? arg : `CAST(${arg} AS VARCHAR)`);
const isText = ({ class: kind, value, cast_type }: Expression) =>
  (kind === "CONSTANT" && value!.type.id === "VARCHAR") || (kind === "CAST" && cast_type!.id === "VARCHAR");

/** A constant level of a list of them. */
function levelOf({ value }: Expression): string {
  const { type, value: content } = value!;
  return `${Number(content) / 10 ** (type.type_info?.scale ?? 0)}E0`;
}

/** Exact, as DuckDB has them: a group's values are sorted in one worker's memory, and `pick` makes one of them. */
const quantile =
  (pick: (sorted: string, n: string, level: string) => string): PrintFunction =>
  ([value, level], node) => {
    if (node.class === "WINDOW" || node.filter) throw new Error("trino: a quantile takes no FILTER and no window");
    const sorted = `array_sort(array_agg(${value}) FILTER (WHERE ${value} IS NOT NULL))`;
    const several = node.children![1]!.function_name === "list_value";
    const levels = several ? node.children![1]!.children!.map(levelOf) : [level!];
    const picked = levels.map((each) => pick("s", "cardinality(s)", each)).join(", ");
    return `element_at(transform(ARRAY[${sorted}], s -> ${several ? `ARRAY[${picked}]` : picked}), 1)`;
  };

const functions: Record<string, PrintFunction> = {
  ...Object.fromEntries(["+", "-", "*", "%"].map((operator) => [operator, infix(operator)])),
  "/": ([a, b]) => `(CAST(${a} AS DOUBLE) / ${b})`,
  "//": ([a, b]) => `(${a} / ${b})`,
  ">>": ([a, b]) => `bitwise_right_shift(${a}, ${b})`,
  "||": (args, { children }) => `(${args.map((arg, i) => text(arg, children![i]!)).join(" || ")})`,
  "~~": ([value, pattern]) => `(${value} LIKE ${pattern})`,
  ...Object.fromEntries(
    [
      ...["count", "sum", "avg", "min", "max", "any_value", "bool_or", "bool_and", "corr", "covar_samp"],
      ...["stddev_samp", "var_samp", "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value"],
      ...["abs", "floor", "round", "sqrt", "ln", "exp", "lower", "upper", "replace", "substr", "length", "chr"],
      ...["rpad", "reverse", "rtrim", "ltrim", "trim", "strpos", "nullif", "concat_ws", "flatten", "power"],
      ...["ntile", "percent_rank", "cume_dist"],
    ].map((name) => [name, plain(name)]),
  ),
  isnan: ([value]) => `is_nan(${value})`,
  count_star: () => "count(*)",
  ceil: ([value]) => `ceiling(${value})`,
  greatest: leavingNulls("greatest"),
  least: leavingNulls("least"),
  arg_max: (args) => `max_by(${args.join(", ")})`,
  arg_min: (args) => `min_by(${args.join(", ")})`,
  row: (args) => `ROW(${args.join(", ")})`,
  list: ([value], { order_bys, distinct }) => {
    if (order_bys?.orders) throw new Error("trino: sort a list with list_sort");
    return `array_agg(${distinct ? "DISTINCT " : ""}${value})`;
  },
  list_value: (args) => `ARRAY[${args.join(", ")}]`,
  list_sort: ([list]) => `array_sort(${list})`,
  list_distinct: ([list]) => `array_distinct(${list})`,
  list_contains: ([list, value]) => `contains(${list}, ${value})`,
  list_transform: ([list, lambda]) => `transform(${list}, ${lambda})`,
  list_extract: ([list, place]) => `element_at(${list}, ${place})`,
  array_extract: ([list, place]) => `element_at(${list}, ${place})`,
  array_slice: ([list, from, to]) =>
    `slice(${list}, ${from}, greatest(0, least(${to}, cardinality(${list})) - ${from} + 1))`,
  array_to_string: ([list, separator]) => `array_join(${list}, ${separator})`,
  len: ([list]) => `cardinality(${list})`,
  range: ([from, to]) => `IF(${to} > ${from}, sequence(${from}, ${to} - 1), ARRAY[])`,
  string_split: ([value, separator]) => `split(${value}, ${separator})`,
  quantile_cont: quantile((sorted, n, level) => {
    const at = `(${level} * (${n} - 1))`;
    const value = (place: string) => `element_at(${sorted}, 1 + CAST(${place} AS BIGINT))`;
    const low = value(`floor(${at})`);
    return `${low} + (${at} - floor(${at})) * (${value(`ceiling(${at})`)} - ${low})`;
  }),
  quantile_disc: quantile(
    (sorted, n, level) => `element_at(${sorted}, greatest(1, CAST(ceiling(${level} * ${n}) AS BIGINT)))`,
  ),
  md5: ([value]) => `lower(to_hex(md5(to_utf8(${value}))))`,
  md5_number_lower: ([value]) => `from_big_endian_64(reverse(substr(md5(to_utf8(${value})), 9, 8)))`,
  contains: ([value, part]) => `(strpos(${value}, ${part}) > 0)`,
  left: ([value, n]) => `substr(${value}, 1, ${n})`,
  concat: (args, { children }) =>
    `concat(${args.map((arg, i) => `coalesce(${text(arg, children![i]!)}, '')`).join(", ")})`,
  split_part: ([value, separator, n]) =>
    `coalesce(split_part(${value}, ${separator}, ${n}), CASE WHEN ${value} IS NOT NULL THEN '' END)`,
  regexp_replace: (args, { children }) => {
    const pattern = String(children![1]!.value?.value ?? "");
    // DuckDB replaces the first match, Trino all: the same where a pattern is tied to one end.
    if (!/^\^|\$$/.test(pattern))
      throw new Error("trino: regexp_replace needs a pattern that begins with ^ or ends with $");
    return `regexp_replace(${args.slice(0, 3).join(", ")})`;
  },
  regexp_extract: (args) =>
    `coalesce(regexp_extract(${args.join(", ")}), CASE WHEN ${args[0]} IS NOT NULL THEN '' END)`,
  regexp_full_match: ([value, pattern]) => `regexp_like(${value}, '^(?:' || ${pattern} || ')$')`,
  timezone: ([zone, time]) => `(${time} AT TIME ZONE ${zone})`,
  epoch_ns: ([time]) =>
    `(CAST(to_unixtime(date_trunc('second', ${time})) AS BIGINT) * 1000000000 + CAST(rpad(coalesce(split_part(CAST(${time} AS VARCHAR), '.', 2), ''), 9, '0') AS BIGINT))`,
};

/**
 * Trino's SQL.
 * @param table how a table is named there, by the parts of its name
 */
export function trino(table: (parts: readonly string[]) => string): Dialect {
  return { name: "trino", functions, type: trinoType, table };
}
