import { expect, test } from "vitest";
import { oneLine } from "../../lib/engine/oneLine.ts";

test("drops the statement that DuckDB repeats, and keeps the error itself as the cause", () => {
  const error = new Error('Binder Error: no column "x"\nCandidates: y\n\nLINE 1: SELECT x\n               ^');
  expect(oneLine(error).message).toBe('Binder Error: no column "x" Candidates: y');
  expect(oneLine(error).cause).toBe(error);
});

test("says which file is no CSV", () => {
  const text =
    "Invalid Input Error: The CSV Parser state machine reached an invalid state.\nPossible fixes:\n* …\n\n  file = a\nb.csv\n  delimiter = , (Set By User)";
  expect(oneLine(new Error(text)).message).toBe(
    "a b.csv: no CSV: binary data, or line ends that change within the file",
  );
});

test("shortens, and takes what is no Error", () => {
  expect(oneLine(new Error("x".repeat(5000))).message).toHaveLength(1001);
  expect(oneLine("a\u2028b\u0000c").message).toBe("a b c");
});
