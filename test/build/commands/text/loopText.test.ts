import { describe, expect, it } from "vitest";
import { type LoopResult, loopText } from "../../../../build/commands/text/loopText.ts";
import { compareSamples } from "../../../../lib/compare/compareSamples.ts";

function result(loadBefore: number): LoopResult {
  const durations = Float64Array.from({ length: 200 }, (_, index) => index + 1);
  const samples = (factor: number) => {
    const apis = [{ service: "a\u001b[2J", name: "b", durations: durations.map((value) => value * factor) }];
    return { apis, roots: apis };
  };
  const size = { services: 1, apis: 1, edges: 0 };
  return {
    options: { rate: 5, ownRate: 20, limited: true, scale: 1, corrections: "on" },
    machine: { cores: 2, loadBefore },
    costs: null,
    run: {
      ...{ arrivals: "poisson", rate: 5, achieved: 5, sent: 9, completed: 8, failed: 1, offered: 0.4, warnings: [] },
      ...{ latenessP50: 0, latenessP99: 0, latenessMax: 0 },
    },
    structure: { exported: size, refitted: size },
    model: compareSamples(samples(1), samples(1), { running: samples(1.1), refitted: samples(1), chance: samples(1) }),
    drawn: compareSamples(samples(1), samples(1), { running: samples(1.2) }),
    shifts: [
      {
        ...{
          service: "a",
          api: "b",
          predicted: { before: 2000, after: 1000 },
          drawn: { before: 2050, after: 1050 },
          measured: { before: 2100, after: 1100 },
        },
      },
    ],
    original: null,
  };
}

describe("loopText", () => {
  it("says where the machine was busy, and only there", () => {
    expect(loopText(result(9)).summary.join("\n")).toContain("busy before the run (load 9 on 2 cores)");
    expect(loopText(result(1)).summary.join("\n")).not.toContain("busy");
  });

  it("gives errors of quantiles as shares of the model's, and control characters as spaces", () => {
    const { summary, table } = loopText(result(0));
    expect(summary[0]).toContain("8 of 9 calls completed, 1 failed");
    expect(summary[0]).toContain("own rate of 20 offers more");
    expect(table[2]).toMatch(/^a \[2J: b +200 +0\.\d+ +0 +\+10\.0 % +\+10\.0 % +0\.\d+ +\+20\.0 % +\+20\.0 %$/);
    expect(summary.join("\n")).toContain(
      "median of a: b moves by -50.0 % as predicted (2 to 1 ms) and by -47.6 % as measured (2.1 to 1.1 ms; these calls drew 2.05 to 1.05 ms)",
    );
  });
});
