import { expect, it } from "vitest";
import { countsText } from "../../cells/countsText.ts";

const ledger = { read: 1200, accepted: 1200, merged: 0, rejected: 0, rules: [] };

it("countsText says how much the traces hold", () => {
  const counts = { traces: 1, executions: 1500, services: 2, apis: 3, duration: 75e6 };
  expect(countsText({ counts, resolution: 1, ledger })).toBe(
    "1 trace with 1,500 executions of 3 APIs in 2 services over 75 s; times are recorded to 1 µs.",
  );
  expect(countsText({ counts: { ...counts, duration: 0 }, resolution: 1000, ledger })).toMatch(
    /services; times are recorded to 1 ms\.$/,
  );
  expect(countsText({ counts: null, resolution: null, ledger })).toBe("1,200 records of summaries, without spans.");
});
