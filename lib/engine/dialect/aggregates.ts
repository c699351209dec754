/** DuckDB's names of the functions that make one value of a group's rows. */
export const aggregates: ReadonlySet<string> = new Set([
  ...["count", "count_star", "sum", "avg", "min", "max", "any_value", "arg_min", "arg_max", "bool_and", "bool_or"],
  ...["list", "quantile_cont", "quantile_disc", "first", "string_agg", "stddev_samp", "var_samp", "corr", "covar_samp"],
]);
