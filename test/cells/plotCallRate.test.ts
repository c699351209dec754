import { describe, expect, it } from "vitest";
import { plotCallRate } from "../../cells/plotCallRate.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const bar = (start: number, executions: number, errors = 0) => ({ start, executions, errors });

describe("plotCallRate", () => {
  it("draws executions a second, and errors over them", () => {
    const bins = [bar(0, 4), bar(5e5, 0), bar(1e6, 2, 1)];
    const plot = plotCallRate({ width: 5e5, bins }, { document, title: "a A" });
    const bars = [...plot.querySelectorAll('g[aria-label="rect"] rect')];
    expect(bars.map((rect) => rect.textContent)).toEqual([
      "0 to 500 ms: 4 executions, 0 errors",
      "1 s to 1.5 s: 2 executions, 1 error",
      "1 s to 1.5 s: 2 executions, 1 error",
    ]);
    const [most, half, error] = bars.map((rect) => Number(rect.getAttribute("height")));
    expect(most! / half!).toBeCloseTo(2, 1);
    expect(half! / error!).toBeCloseTo(2, 1);
    expect(plot.querySelector("svg")!.getAttribute("aria-label")).toBe("6 executions of a A over 1.5 s, 1 error");
  });

  it("draws nothing without failing, however narrow, and hostile titles as text", () => {
    for (const width of [0, 10, 2000]) {
      const plot = plotCallRate({ width: 1, bins: [bar(0, 0)] }, { document, width, title: hostile.markup });
      expect(injected(plot)).toEqual([]);
      expect(plot.outerHTML).not.toMatch(/NaN|Infinity|="-\d+[^"]*" height|width="-/);
    }
  });
});
