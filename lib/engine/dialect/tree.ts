/** A node of a query's tree as DuckDB's parser writes it, which knows many more fields than printers need. */
export interface Expression {
  class: string;
  type: string;
  alias?: string;
  children?: Expression[];
  child?: Expression;
  left?: Expression;
  right?: Expression;
  input?: Expression;
  lower?: Expression;
  upper?: Expression;
  lhs?: Expression;
  expr?: Expression;
  else_expr?: Expression;
  case_checks?: { when_expr: Expression; then_expr: Expression }[];
  column_names?: string[];
  relation_name?: string;
  exclude_list?: string[];
  columns?: boolean;
  function_name?: string;
  distinct?: boolean;
  filter?: Expression;
  order_bys?: { orders?: Order[] };
  value?: { type: TypeNode; is_null?: boolean; value?: unknown };
  cast_type?: TypeNode;
  try_cast?: boolean;
  identifier?: string;
  subquery_type?: string;
  subquery?: { node: Query };
  comparison_type?: string;
  partitions?: Expression[];
  orders?: Order[];
  start?: string;
  end?: string;
  start_expr?: Expression;
  end_expr?: Expression;
  offset_expr?: Expression;
  default_expr?: Expression;
  filter_expr?: Expression;
}

export interface Order {
  type: string;
  null_order: string;
  expression: Expression;
}

export interface TypeNode {
  id: string;
  type_info?: { width?: number; scale?: number; child_type?: TypeNode };
}

export interface From {
  type: string;
  alias?: string;
  catalog_name?: string;
  schema_name?: string;
  table_name?: string;
  column_name_alias?: string[];
  left?: From;
  right?: From;
  condition?: Expression;
  join_type?: string;
  ref_type?: string;
  using_columns?: string[];
  subquery?: { node: Query };
  values?: Expression[][];
  function?: Expression;
}

export interface Query {
  type: string;
  modifiers?: { type: string; orders?: Order[]; limit?: Expression; distinct_on_targets?: Expression[] }[];
  cte_map?: { map: { key: string; value: { query: { node: Query }; aliases?: string[] } }[] };
  select_list?: Expression[];
  from_table?: From;
  where_clause?: Expression;
  group_expressions?: Expression[];
  aggregate_handling?: string;
  having?: Expression;
  qualify?: Expression;
  setop_type?: string;
  setop_all?: boolean;
  left?: Query;
  right?: Query;
  children?: Query[];
}
