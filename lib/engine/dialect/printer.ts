import { identifier, literal } from "../sql.ts";
import { aggregates } from "./aggregates.ts";
import { relationName, Scope, type TableColumns } from "./scope.ts";
import type { Expression, From, Order, Query, TypeNode } from "./tree.ts";

/** What a function of DuckDB is in another dialect, from the printed arguments; the call has what was not printed. */
export type PrintFunction = (args: readonly string[], call: Expression) => string;

/** What differs between dialects. */
export interface Dialect {
  name: string;
  /** Functions and operators by DuckDB's name. One that is not listed does not exist there. */
  functions: Readonly<Record<string, PrintFunction>>;
  /** A type as the dialect names it. */
  type(type: TypeNode): string;
  /** A table by the parts of its name. */
  table(parts: readonly string[]): string;
}

/** A column of a select list: its text, its name, and whether the name has to be said. */
interface Item {
  text: string;
  name: string;
  named: boolean;
  expression?: Expression;
}

const comparisons: Record<string, string> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "<>",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: ">",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: ">=",
  COMPARE_DISTINCT_FROM: "IS DISTINCT FROM",
  COMPARE_NOT_DISTINCT_FROM: "IS NOT DISTINCT FROM",
};

/**
 * Writes a query's tree in another dialect of SQL. What standard SQL lacks becomes what it has: SEMI and ANTI joins
 * EXISTS, QUALIFY a subquery, EXCLUDE a list of columns, GROUP BY ALL and aliases positions, named windows their text.
 * Throws an Error of one line for what it does not know, rather than guess.
 */
export class Printer {
  private readonly dialect: Dialect;
  private readonly tables: TableColumns;
  private scope: Scope | undefined;
  private readonly variables: string[] = [];
  private readonly common = new Map<string, string[] | undefined>();
  private unnested: string[] = [];
  private names = 0;

  /** @param tables the columns of a table, where they are known */
  constructor(dialect: Dialect, tables: TableColumns) {
    this.dialect = dialect;
    this.tables = tables;
  }

  query(query: Query): string {
    const before = new Map(this.common);
    const common = (query.cte_map?.map ?? []).map(({ key, value }) => {
      const text = `${identifier(key)} AS (${this.query(value.query.node)})`;
      this.common.set(key, this.outputs(value.query.node));
      return text;
    });
    const body = query.type === "SELECT_NODE" ? this.select(query) : this.setOperation(query);
    this.common.clear();
    for (const [name, columns] of before) this.common.set(name, columns);
    return common.length > 0 ? `WITH ${common.join(", ")} ${body}` : body;
  }

  private setOperation(query: Query): string {
    if (query.type !== "SET_OPERATION_NODE") throw this.unknown("query", query.type);
    const sides = query.children ?? [query.left!, query.right!];
    const operator = ` ${query.setop_type}${query.setop_all === false ? "" : " ALL"} `;
    const all = sides.map((side) => (side.modifiers || side.cte_map ? `(${this.query(side)})` : this.query(side)));
    return `${all.join(operator)}${this.modifiers(query, [])}`;
  }

  private select(query: Query): string {
    const outer = this.scope;
    const outerUnnested = this.unnested;
    this.unnested = [];
    this.scope = new Scope(query.from_table, (from) => this.columnsOf(from));
    const conditions: string[] = [];
    const from = query.from_table && query.from_table.type !== "EMPTY" ? this.from(query.from_table, conditions) : "";
    const items = this.items(query);
    const where = query.where_clause ? [this.expression(query.where_clause), ...conditions] : conditions;
    const distinct = query.modifiers?.find(({ type }) => type === "DISTINCT_MODIFIER");
    if (distinct?.distinct_on_targets) throw this.unknown("clause", "DISTINCT ON");
    const group = this.groups(query, items);
    const having = query.having ? ` HAVING ${this.expression(query.having)}` : "";
    const list = items.map(({ text, name, named }) => (named ? `${text} AS ${identifier(name)}` : text));
    const tail = `${where.length > 0 ? ` WHERE ${where.map((each) => `(${each})`).join(" AND ")}` : ""}${group}${having}`;
    const head = `SELECT ${distinct ? "DISTINCT " : ""}`;
    let text: string;
    if (query.qualify) {
      const chosen = items.map(({ name }) => identifier(name)).join(", ");
      const place = `${this.expression(query.qualify)} AS "#qualifies"`;
      text = `SELECT ${chosen} FROM (${head}${[...list, place].join(", ")}${this.fromText(from)}${tail}) WHERE "#qualifies"`;
    } else text = `${head}${list.join(", ")}${this.fromText(from)}${tail}`;
    text += this.modifiers(
      query,
      items.map(({ name }) => name),
    );
    this.scope = outer;
    this.unnested = outerUnnested;
    return text;
  }

  private fromText(from: string): string {
    const parts = [...(from === "" ? [] : [from]), ...this.unnested];
    return parts.length > 0 ? ` FROM ${parts.join(" CROSS JOIN ")}` : "";
  }

  /** The select list, stars written out where they leave columns out or a join merges some. */
  private items(query: Query): Item[] {
    return query.select_list!.flatMap((expression): Item[] => {
      if (expression.class !== "STAR") {
        const name = nameOf(expression);
        return [{ text: this.expression(expression), name, named: plainName(expression) !== name, expression }];
      }
      const { relation_name: relation, exclude_list: excluded = [] } = expression;
      if (excluded.length === 0 && !query.qualify && !this.scope!.merges) {
        return [{ text: relation ? `${identifier(relation)}.*` : "*", name: "*", named: false }];
      }
      return this.scope!.star(relation)
        .filter(({ name }) => !excluded.includes(name))
        .map(({ name, text }) => ({ text, name, named: true }));
    });
  }

  private groups(query: Query, items: readonly Item[]): string {
    if (query.aggregate_handling === "FORCE_AGGREGATES") {
      const keys = items.flatMap(({ expression }, i) => (expression && hasAggregate(expression) ? [] : [i + 1]));
      return keys.length > 0 ? ` GROUP BY ${keys.join(", ")}` : "";
    }
    const groups = query.group_expressions ?? [];
    if (groups.length === 0) return "";
    const keys = groups.map((group) => {
      const name =
        group.class === "COLUMN_REF" && group.column_names!.length === 1 ? group.column_names![0] : undefined;
      const place = items.findIndex(
        (item) => item.name === name && item.expression && plainName(item.expression) !== name,
      );
      return place >= 0 ? String(place + 1) : this.expression(group);
    });
    return ` GROUP BY ${keys.join(", ")}`;
  }

  private modifiers({ modifiers = [] }: Query, names: readonly string[]): string {
    let text = "";
    for (const { type, orders, limit } of modifiers) {
      if (type === "ORDER_MODIFIER") {
        const all = orders![0]!.expression.class === "STAR";
        text += ` ORDER BY ${all ? names.map((_, i) => i + 1).join(", ") : this.orders(orders!)}`;
      } else if (type === "LIMIT_MODIFIER") text += ` LIMIT ${this.expression(limit!)}`;
      else if (type !== "DISTINCT_MODIFIER") throw this.unknown("clause", type);
    }
    return text;
  }

  private orders(orders: readonly Order[]): string {
    return orders
      .map(({ type, null_order, expression }) => {
        const nulls = null_order === "ORDER_DEFAULT" ? "" : ` ${null_order.replace("_", " ")}`;
        return `${this.expression(expression)}${type === "DESCENDING" ? " DESC" : ""}${nulls}`;
      })
      .join(", ");
  }

  /** The text of a FROM clause; what SEMI and ANTI joins ask for goes to `conditions`. */
  private from(from: From, conditions: string[]): string {
    switch (from.type) {
      case "BASE_TABLE":
        return `${this.table(from)}${aliasOf(from)}`;
      case "SUBQUERY":
        return `(${this.inside(() => this.query(from.subquery!.node))})${aliasOf(from)}`;
      case "EXPRESSION_LIST": {
        const rows = from.values!.map((row) => `(${row.map((value) => this.expression(value)).join(", ")})`);
        return `(VALUES ${rows.join(", ")})${aliasOf(from)}`;
      }
      case "JOIN":
        return this.join(from, conditions);
      default:
        throw this.unknown("relation", from.type);
    }
  }

  private join(from: From, conditions: string[]): string {
    const { join_type: type = "INNER", ref_type: kind, using_columns: using } = from;
    if (type === "SEMI" || type === "ANTI") {
      const left = this.from(from.left!, conditions);
      conditions.push(this.exists(from, type === "ANTI"));
      return left;
    }
    if (kind !== "REGULAR" && kind !== "CROSS") throw this.unknown("join", `${kind}`);
    if (type !== "INNER" && type !== "LEFT") throw this.unknown("join", type);
    const left = this.from(from.left!, conditions);
    const within: string[] = [];
    const right = this.from(from.right!, within);
    if (within.length > 0) throw this.unknown("join", "SEMI on the right of another");
    const side = from.right!.type === "JOIN" ? `(${right})` : right;
    if (kind === "CROSS") return `${left} CROSS JOIN ${side}`;
    const on = using ? this.using(from.right!, using) : this.expression(from.condition!);
    return `${left} ${type === "LEFT" ? "LEFT JOIN" : "JOIN"} ${side} ON ${on}`;
  }

  private exists({ right, condition, using_columns: using }: From, not: boolean): string {
    const inner: string[] = [];
    const text = this.from(right!, inner);
    const on = using ? this.using(right!, using) : this.expression(condition!);
    return `${not ? "NOT " : ""}EXISTS (SELECT 1 FROM ${text} WHERE ${[...inner, on].join(" AND ")})`;
  }

  private using(right: From, columns: readonly string[]): string {
    if (right.type === "JOIN") throw this.unknown("join", "USING over a join in parentheses");
    const name = identifier(relationName(right));
    return columns.map((column) => `${this.scope!.left(column)} = ${name}.${identifier(column)}`).join(" AND ");
  }

  private table({ catalog_name, schema_name, table_name }: From): string {
    if (schema_name === undefined && this.common.has(table_name!)) return identifier(table_name!);
    return this.dialect.table([catalog_name, schema_name, table_name].filter((part) => part !== undefined));
  }

  /** Runs what prints a query that sees nothing of this one's FROM. */
  private inside<Text>(print: () => Text): Text {
    const outer = this.scope;
    this.scope = undefined;
    const text = print();
    this.scope = outer;
    return text;
  }

  private columnsOf(from: From): string[] | undefined {
    if (from.column_name_alias) return from.column_name_alias;
    if (from.type === "SUBQUERY") return this.outputs(from.subquery!.node);
    if (from.type !== "BASE_TABLE") return undefined;
    if (from.schema_name === undefined && this.common.has(from.table_name!)) return this.common.get(from.table_name!);
    return this.tables([from.catalog_name, from.schema_name, from.table_name!].filter((part) => part !== undefined));
  }

  /** The names of a query's columns, where they can be told. */
  private outputs(query: Query): string[] | undefined {
    if (query.type !== "SELECT_NODE") return this.outputs((query.children ?? [query.left!])[0]!);
    const before = new Map(this.common);
    for (const { key, value } of query.cte_map?.map ?? []) this.common.set(key, this.outputs(value.query.node));
    const scope = new Scope(query.from_table, (from) => this.columnsOf(from));
    const names = query.select_list!.flatMap((expression) => {
      if (expression.class !== "STAR") return [nameOf(expression)];
      const excluded = expression.exclude_list ?? [];
      return scope.names(expression.relation_name)?.filter((name) => !excluded.includes(name)) ?? [undefined];
    });
    this.common.clear();
    for (const [name, columns] of before) this.common.set(name, columns);
    return names.includes(undefined) ? undefined : (names as string[]);
  }

  expression(node: Expression): string {
    const inner = (child: Expression) => this.expression(child);
    switch (node.class) {
      case "COLUMN_REF":
        return this.column(node.column_names!);
      case "CONSTANT":
        return this.constant(node);
      case "COMPARISON":
        return `(${inner(node.left!)} ${comparisons[node.type] ?? fail(this.unknown("comparison", node.type))} ${inner(node.right!)})`;
      case "CONJUNCTION":
        return `(${node.children!.map(inner).join(node.type === "CONJUNCTION_AND" ? " AND " : " OR ")})`;
      case "BETWEEN":
        return `(${inner(node.input!)} BETWEEN ${inner(node.lower!)} AND ${inner(node.upper!)})`;
      case "CAST":
        return this.cast(node);
      case "CASE": {
        const checks = node.case_checks!.map(
          (check) => `WHEN ${inner(check.when_expr)} THEN ${inner(check.then_expr)}`,
        );
        const otherwise = node.else_expr ? ` ELSE ${inner(node.else_expr)}` : "";
        return `CASE ${checks.join(" ")}${otherwise} END`;
      }
      case "OPERATOR":
        return this.operator(node);
      case "FUNCTION":
        return this.call(node);
      case "WINDOW":
        return this.window(node);
      case "SUBQUERY":
        return this.subquery(node);
      case "LAMBDA": {
        const names = node.lhs!.column_names ?? node.lhs!.children!.flatMap((each) => each.column_names!);
        this.variables.push(...names);
        const body = inner(node.expr!);
        this.variables.length -= names.length;
        return `${names.length > 1 ? `(${names.map(identifier).join(", ")})` : identifier(names[0]!)} -> ${body}`;
      }
      default:
        throw this.unknown("expression", node.class);
    }
  }

  private column(names: readonly string[]): string {
    if (names.length > 1 || this.variables.includes(names[0]!)) return names.map(identifier).join(".");
    return this.scope?.bare(names[0]!) ?? identifier(names[0]!);
  }

  private constant({ value }: Expression): string {
    if (value!.is_null) return "NULL";
    const { type, value: content } = value!;
    if (type.id === "VARCHAR") return literal(String(content ?? ""));
    if (type.id === "BOOLEAN") return String(content).toUpperCase();
    if (typeof content !== "number" || !(Number.isSafeInteger(content) || type.id === "DOUBLE"))
      throw this.unknown("constant", `${type.id} ${JSON.stringify(content)}`);
    if (type.id === "DECIMAL") return double(content / 10 ** (type.type_info!.scale ?? 0));
    if (type.id === "DOUBLE") return double(content);
    return content < 0 ? `(${content})` : String(content);
  }

  private cast({ child, cast_type: type, try_cast }: Expression): string {
    if (type!.id === "BOOLEAN" && child!.class === "CONSTANT") {
      if (child!.value!.value === "t") return "TRUE";
      if (child!.value!.value === "f") return "FALSE";
    }
    return `${try_cast ? "TRY_CAST" : "CAST"}(${this.expression(child!)} AS ${this.dialect.type(type!)})`;
  }

  private operator(node: Expression): string {
    const [first, ...rest] = node.children!.map((child) => this.expression(child));
    switch (node.type) {
      case "OPERATOR_NOT":
        return `(NOT ${first})`;
      case "OPERATOR_IS_NULL":
        return `(${first} IS NULL)`;
      case "OPERATOR_IS_NOT_NULL":
        return `(${first} IS NOT NULL)`;
      case "OPERATOR_COALESCE":
        return rest.length === 0 ? first! : `coalesce(${[first, ...rest].join(", ")})`;
      case "COMPARE_IN":
        return `(${first} IN (${rest.join(", ")}))`;
      case "COMPARE_NOT_IN":
        return `(${first} NOT IN (${rest.join(", ")}))`;
      case "ARRAY_EXTRACT":
        return this.named("array_extract", [first!, ...rest], node);
      case "ARRAY_SLICE":
        return this.named("array_slice", [first!, ...rest], node);
      default:
        throw this.unknown("operator", node.type);
    }
  }

  private call(node: Expression): string {
    const name = node.function_name!;
    if (name === "unnest") return this.unnest(node);
    const args = (node.children ?? []).map((child) => this.expression(child));
    return this.named(name, args, node);
  }

  private named(name: string, args: readonly string[], node: Expression): string {
    const print = this.dialect.functions[name];
    if (print === undefined) throw this.unknown("function", name);
    const text = print(args, node);
    return node.filter ? `${text} FILTER (WHERE ${this.expression(node.filter)})` : text;
  }

  /** A list's elements as rows: in standard SQL a relation beside the others. */
  private unnest(node: Expression): string {
    const name = identifier(`u${this.names++}`);
    this.unnested.push(`UNNEST(${this.expression(node.children![0]!)}) AS ${name}(${name})`);
    return `${name}.${name}`;
  }

  private window(node: Expression): string {
    const condition = node.filter_expr && this.expression(node.filter_expr);
    let args = (node.children ?? []).map((child) => this.expression(child));
    if (condition)
      args =
        args.length === 0
          ? [`CASE WHEN ${condition} THEN 1 END`]
          : [`CASE WHEN ${condition} THEN ${args[0]} END`, ...args.slice(1)];
    for (const more of [node.offset_expr, node.default_expr]) if (more) args.push(this.expression(more));
    const name = node.function_name === "count_star" && condition ? "count" : node.function_name!;
    const call = this.named(name, args, { ...node, filter: undefined });
    const parts: string[] = [];
    if (node.partitions) parts.push(`PARTITION BY ${node.partitions.map((each) => this.expression(each)).join(", ")}`);
    if (node.orders) parts.push(`ORDER BY ${this.orders(node.orders)}`);
    const frame = this.frame(node);
    if (frame) parts.push(frame);
    return `${call} OVER (${parts.join(" ")})`;
  }

  private frame({ start = "", end = "", start_expr, end_expr }: Expression): string {
    if (start === "UNBOUNDED_PRECEDING" && end === "CURRENT_ROW_RANGE") return "";
    const mode = start.endsWith("RANGE") || end.endsWith("RANGE") ? "RANGE" : "ROWS";
    const bound = (text: string, expression?: Expression) =>
      text
        .replace(/_(ROWS|RANGE)$/, "")
        .replace(/^EXPR/, expression ? this.expression(expression) : "")
        .replaceAll("_", " ");
    return `${mode} BETWEEN ${bound(start, start_expr)} AND ${bound(end, end_expr)}`;
  }

  private subquery({ subquery_type: type, subquery, child, comparison_type: comparison }: Expression): string {
    const text = this.query(withoutRow(subquery!.node));
    if (type === "EXISTS") return `EXISTS (${text})`;
    if (type === "SCALAR") return `(${text})`;
    if (type === "ANY" && comparison === "COMPARE_EQUAL") return `(${this.expression(child!)} IN (${text}))`;
    throw this.unknown("subquery", `${type} ${comparison}`);
  }

  private unknown(kind: string, name: string): Error {
    return new Error(`${this.dialect.name} has no translation of the ${kind} ${name}`);
  }
}

/** A query of one column that is a row, as one of the row's columns: standard SQL compares rows with those. */
function withoutRow(query: Query): Query {
  const [only, ...more] = query.select_list ?? [];
  return only?.function_name === "row" && more.length === 0 ? { ...query, select_list: only.children! } : query;
}

function fail(error: Error): never {
  throw error;
}

function double(value: number): string {
  const text = String(value);
  return text.includes("e") ? text.replace("e", "E").replace("+", "") : `${value < 0 ? `(${text}E0)` : `${text}E0`}`;
}

function aliasOf(from: From): string {
  const list = from.column_name_alias ? `(${from.column_name_alias.map(identifier).join(", ")})` : "";
  return ` AS ${identifier(relationName(from))}${list}`;
}

/** The name of a column without an alias, where it is a column itself. */
function plainName(expression: Expression): string | undefined {
  return expression.class === "COLUMN_REF" ? expression.column_names!.at(-1) : undefined;
}

/** The name of a select list's column, as DuckDB gives it. */
function nameOf(expression: Expression): string {
  if (expression.alias !== undefined) return expression.alias;
  if (expression.class === "CAST") return nameOf(expression.child!);
  return plainName(expression) ?? expression.function_name ?? expression.class.toLowerCase();
}

function hasAggregate(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasAggregate);
  if (typeof value !== "object" || value === null) return false;
  const node = value as Expression;
  if (node.class === "SUBQUERY" || node.class === "WINDOW") return false;
  if (node.class === "FUNCTION" && aggregates.has(node.function_name!)) return true;
  return Object.values(value).some(hasAggregate);
}
