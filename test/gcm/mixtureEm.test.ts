import { describe, expect, it } from "vitest";
import type { LatentClass, Observations } from "../../lib/gcm/latentClasses.ts";
import { MixtureEm } from "../../lib/gcm/mixtureEm.ts";
import { Random } from "../../lib/simulate/random.ts";

const traces = 4000;
/** Probability that each of five switches is on, in two classes of traces. */
const truth = [
  { share: 0.3, on: [0.9, 0.8, 0.1, 0.7, 0.5] },
  { share: 0.7, on: [0.2, 0.1, 0.6, 0.3, 0.5] },
];

function drawn(): Observations {
  const random = new Random(3);
  const found: Observations = {
    first: [0],
    fold: [],
    category: [],
    weight: [],
    variable: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4],
  };
  for (let trace = 0; trace < traces; trace++) {
    const { on } = truth[random.uniform() < truth[0]!.share ? 0 : 1]!;
    for (const [variable, probability] of on.entries()) {
      found.category.push(2 * variable + (random.uniform() < probability ? 1 : 0));
      found.weight.push(1);
    }
    found.first.push(found.category.length);
    found.fold.push(trace % 2);
  }
  return found;
}

describe("MixtureEm", () => {
  const em = new MixtureEm(drawn());
  const all = Array.from({ length: traces }, (_, trace) => trace);
  const { share, logs } = em.pooled(all);
  // As a further class begins: at one trace, pulled towards all.
  const begun: LatentClass[] = [
    { share: 0.5, logs },
    { ...em.pooled([0], logs), share: 0.5 },
  ];

  it("has one class of all traces, with their shares of each category", () => {
    expect(share).toBe(1);
    for (const variable of [0, 1, 2, 3, 4]) {
      const expected = truth.reduce((sum, each) => sum + each.share * each.on[variable]!, 0);
      expect(Math.exp(logs[2 * variable + 1]!)).toBeCloseTo(expected, 1);
      expect(Math.exp(logs[2 * variable]!) + Math.exp(logs[2 * variable + 1]!)).toBeCloseTo(1, 9);
    }
  });

  it("recovers two classes", () => {
    const { classes } = em.iterate(all, begun, 200, logs);
    const found = classes.toSorted((a, b) => a.share - b.share);
    for (const [index, { share, on }] of truth.entries()) {
      expect(Math.abs(found[index]!.share - share)).toBeLessThan(0.04);
      for (const [variable, probability] of on.entries())
        expect(Math.abs(Math.exp(found[index]!.logs[2 * variable + 1]!) - probability)).toBeLessThan(0.06);
    }
  });

  it("makes the traces likelier in every step, and says by how much", () => {
    const run = [1, 2, 5, 10, 20].map((steps) => em.iterate(all, begun, steps, logs));
    for (const [index, { likelihood }] of run.entries())
      if (index > 0) expect(likelihood).toBeGreaterThan(run[index - 1]!.likelihood - 0.5);
    const each = Array<number>(traces).fill(0);
    em.likelihoods(all, em.iterate(all, begun, 1, logs).classes, each);
    expect(each.reduce((sum, one) => sum + one, 0)).toBeCloseTo(run[1]!.likelihood, 6);
  });
});
