import { describe, expect, it } from "vitest";
import { ContextChoice } from "../../lib/gcm/contextChoice.ts";
import { quantile } from "../../lib/gcm/quantile.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";

const grid = quantileGrid();
/** The table of `n` observations uniform from `from` to `to`. */
const uniform = (n: number, from: number, to: number) => ({ n, values: grid.map((u) => from + u * (to - from)) });
/** The table of all observations of some tables. */
function together(...tables: { n: number; values: number[] }[]) {
  const n = tables.reduce((sum, table) => sum + table.n, 0);
  const sample = tables.flatMap((table) =>
    Array.from({ length: table.n }, (_, i) => quantile(grid, table, (i + 0.5) / table.n)),
  );
  sample.sort((a, b) => a - b);
  return { n, values: grid.map((u) => sample[Math.round(u * (n - 1))]!) };
}

/** Which of several parts of a table are kept. */
function chooseContexts(whole: { n: number; values: number[] }, parts: { n: number; values: number[] }[]): boolean[] {
  const choice = new ContextChoice(grid, { slot: "any", table: whole }, parts);
  const candidates = parts.map((table, index) => ({ slot: `${index}`, table, taken: new Map([["any", table.n]]) }));
  const kept = choice.choose(candidates, 1);
  return parts.map((_, index) => kept.has(`${index}`));
}

describe("ContextChoice", () => {
  it("tells few slow contexts apart and leaves the many fast ones to the rest, however slow all of them together are", () => {
    const fast = Array.from({ length: 12 }, () => uniform(400, 100, 200));
    const slow = uniform(1200, 5000, 6000);
    const kept = chooseContexts(together(...fast, slow), [...fast, slow]);
    expect(kept).toEqual([...fast.map(() => false), true]);
  });

  it("keeps one of two halves: what it leaves is the other", () => {
    const halves = [uniform(300, 100, 200), uniform(300, 800, 900)];
    expect(chooseContexts(together(...halves), halves).filter(Boolean)).toHaveLength(1);
  });

  it("keeps none where contexts are alike, and none where all values are equal", () => {
    const alike = Array.from({ length: 5 }, () => uniform(500, 100, 200));
    expect(chooseContexts(together(...alike), alike)).toEqual(alike.map(() => false));
    const zero = { n: 50, values: grid.map(() => 0) };
    expect(chooseContexts({ ...zero, n: 100 }, [zero, zero])).toEqual([false, false]);
  });

  it("keeps all but one of contexts that each differ from all others", () => {
    const apart = Array.from({ length: 6 }, (_, index) => uniform(200, 1000 * index, 1000 * index + 100));
    expect(chooseContexts(together(...apart), apart).filter(Boolean)).toHaveLength(5);
  });

  it("compares a context with the mixture that serves it: what another context explains is not kept again", () => {
    const [slow, fast] = [uniform(300, 800, 900), uniform(300, 100, 200)];
    const choice = new ContextChoice(grid, { slot: "any", table: together(slow, fast) }, [slow, fast]);
    expect([...choice.choose([{ slot: "slow", table: slow, taken: new Map([["any", 300]]) }], 1)]).toEqual(["slow"]);
    const mixed = (share: number) => ({
      slot: `mixed ${share}`,
      table: together(uniform(400 * share, 800, 900), uniform(400 - 400 * share, 100, 200)),
      taken: new Map([
        ["slow", 400 * share],
        ["any", 400 - 400 * share],
      ]),
    });
    expect([...choice.choose([mixed(0.25)], 1)]).toEqual([]);
  });
});
