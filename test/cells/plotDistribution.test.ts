import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logBins } from "../../cells/logBins.ts";
import { plotDistribution } from "../../cells/plotDistribution.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();

describe("logBins", () => {
  it("counts every finite value once, in a bin that holds it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e9 })), { maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (values, count) => {
          const bins = logBins(values, count);
          const finite = values.filter(Number.isFinite);
          if (!finite.some((value) => value > 0)) {
            expect(bins).toEqual([]);
            return;
          }
          expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(finite.length);
          for (let i = 1; i < bins.length; i++) expect(bins[i]!.low).toBe(bins[i - 1]!.high);
          const inside = finite.filter(
            (value) => value >= bins[0]!.low * (1 - 1e-9) && value <= bins.at(-1)!.high * (1 + 1e-9),
          );
          expect(inside.length).toBe(finite.filter((value) => value > 0).length);
        },
      ),
    );
  });

  it("splits three decades into three", () => {
    expect(logBins([1, 5, 20, 30, 40, 1000], 3).map((bin) => bin.count)).toEqual([2, 3, 1]);
  });
});

describe("plotDistribution", () => {
  const bars = (plot: Element) => plot.querySelectorAll('g[aria-label="rect"] rect');

  it("draws each sample as shares of itself over one axis", () => {
    const plot = plotDistribution(
      [
        { name: "latency", values: [10, 100, 1000] },
        { name: "own time", values: [1] },
      ],
      { document, title: "a A" },
    );
    expect(bars(plot)).toHaveLength(4);
    const heights = [...bars(plot)].map((bar) => Number(bar.getAttribute("height")));
    expect(heights[3]! / heights[0]!).toBeCloseTo(3, 1);
    expect(plot.querySelector("svg")!.getAttribute("aria-label")).toBe("Histogram of a A: latency (3), own time (1)");
    expect(plot.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("takes bins that were counted elsewhere", () => {
    const bins = [
      { low: 1, high: 10, count: 3 },
      { low: 10, high: 100, count: 0 },
      { low: 100, high: 1000, count: 1 },
    ];
    const plot = plotDistribution([{ name: "x", bins }], { document });
    expect([...bars(plot)].map((bar) => bar.textContent)).toEqual(["1 µs to 10 µs: 3", "100 µs to 1 ms: 1"]);
  });

  it("draws nothing and zeros without failing, and hostile names as text", () => {
    expect(plotDistribution([{ name: "x", values: [0, 0] }], { document }).textContent).toContain("no durations");
    const named = Object.values(hostile).map((name) => ({ name, values: [1, 2] }));
    expect(injected(plotDistribution(named, { document, title: hostile.markup }))).toEqual([]);
  });
});
