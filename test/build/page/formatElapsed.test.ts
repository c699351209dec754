import { expect, test } from "vitest";
import { formatElapsed } from "../../../build/page/formatElapsed.ts";

test("formatElapsed", () => {
  expect([0.2, 12, 999.4, 1300, 59_949, 59_960, 125_000].map(formatElapsed)).toEqual([
    ...["1 ms", "12 ms", "999 ms", "1.3 s", "59.9 s", "1 min 0 s", "2 min 5 s"],
  ]);
});
