import { literal } from "../engine/sql.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";

/** Hex digits of a share of the range of 32-bit hashes, for comparison as text. */
export function hashBelow(share: number): string {
  return share >= 1
    ? "g"
    : Math.floor(share * 2 ** 32)
        .toString(16)
        .padStart(8, "0");
}

/** What decides which traces are held out: a hash of the trace, or when it started (the later ones are held out). */
export type SplitBy = "trace" | "time";

/**
 * Splits the traces by a seeded hash of their id, the same on every engine: `split` has for each trace whether it is
 * held out (`test`), its fold of cross-validation (0 or 1) and a hash for bounded samples (8 hex digits).
 * @param holdout share of the traces held out, 0 to 1
 * @param by `time` holds the later traces out; folds and the hash stay as they are
 */
export async function splitTraces(
  dataset: Dataset,
  holdout: number,
  seed: number,
  by: SplitBy = "trace",
): Promise<void> {
  const test =
    by === "time"
      ? `trace >= (SELECT floor(${1 - holdout} * count(*)) FROM ${tableOf(dataset, "traces")})`
      : `substr(hash, 1, 8) < ${literal(hashBelow(holdout))}`;
  await splitWhere(dataset, test, seed);
}

/**
 * Holds out the traces for which a condition holds; folds and samples are as in `splitTraces`.
 * @param test SQL over `trace`, the trace's number, and `hash`, the seeded MD5 of its id
 */
export async function splitWhere(dataset: Dataset, test: string, seed = 1): Promise<void> {
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${tableOf(dataset, "split")} AS
    SELECT trace, ${test} AS test,
      CASE WHEN substr(hash, 9, 1) < '8' THEN 0 ELSE 1 END AS fold, substr(hash, 17, 8) AS sample
    FROM (SELECT number AS trace, md5(id || ${literal(`:${seed}`)}) AS hash FROM ${tableOf(dataset, "traces")})`);
}
