/** SQL that holds for values between two bounds. Throws one line where neither is given, or nothing lies between them. */
export function between(
  column: string,
  least: number | undefined,
  most: number | undefined,
  below: "<" | "<=" = "<=",
): string {
  if (least === undefined && most === undefined) throw new Error("neither bound is given");
  if (least !== undefined && most !== undefined && (below === "<" ? least >= most : least > most))
    throw new Error(`nothing lies between ${least} and ${most}`);
  const bounds = [
    ...(least === undefined ? [] : [`${column} >= ${least}`]),
    ...(most === undefined ? [] : [`${column} ${below} ${most}`]),
  ];
  return bounds.join(" AND ");
}
