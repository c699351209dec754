import { UsageError } from "../usageError.ts";

export interface NumberRange {
  whole?: boolean;
  least?: number;
  below?: number;
}

/** Reads a number from the command line; throws a UsageError that names the option, the value and what would be valid. */
export function numberOption(name: string, text: string | undefined, preset: number, range: NumberRange = {}): number {
  if (text === undefined) return preset;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const { whole = false, least, below } = range;
  const valid =
    Number.isFinite(value) &&
    (!whole || Number.isSafeInteger(value)) &&
    (least === undefined || value >= least) &&
    (below === undefined || value < below);
  if (valid) return value;
  const bounds = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  const kind = whole ? "a whole number" : "a number";
  throw new UsageError(
    `--${name} ${JSON.stringify(text)} is not ${kind}${bounds.length ? ` ${bounds.join(" and ")}` : ""}`,
  );
}
