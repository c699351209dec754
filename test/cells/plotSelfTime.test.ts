import { describe, expect, it } from "vitest";
import { plotSelfTime } from "../../cells/plotSelfTime.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const row = (service: string, api: string, time: number, share: number) => ({ service, api, time, share });
const bars = (plot: Element) => [...plot.querySelectorAll('g[aria-label="rect"] rect')];

describe("plotSelfTime", () => {
  it("draws a bar for each service, in pieces for its APIs", () => {
    const rows = [row("a", "x", 60, 0.6), row("a", "y", 20, 0.2), row("b", "z", 20, 0.2)];
    const plot = plotSelfTime(rows, { document });
    const drawn = bars(plot).map((bar) => [Number(bar.getAttribute("width")), bar.getAttribute("y")] as const);
    expect(drawn[0]![0] / drawn[1]![0]).toBeCloseTo(3, 1);
    expect(drawn[1]![0]).toBeCloseTo(drawn[2]![0], 3);
    expect(drawn.map(([, y]) => drawn.findIndex(([, other]) => other === y))).toEqual([0, 0, 2]);
    expect(bars(plot)[1]!.textContent).toBe("a y\n20 µs, 20 % of all own time");
    expect(plot.querySelector("svg")!.getAttribute("aria-label")).toBe(
      "Own time of 2 services: a 80 µs, 80 %; b 20 µs, 20 %",
    );
  });

  it("gathers the services with the least time", () => {
    const rows = Array.from({ length: 30 }, (_, i) => row(`s${i}`, "x", 30 - i, 0.01));
    const plot = plotSelfTime(rows, { document, limit: 5 });
    expect(new Set(bars(plot).map((bar) => bar.getAttribute("y"))).size).toBe(5);
    expect(plot.textContent).toContain("26 more services");
  });

  it("draws nothing without failing, however narrow, and hostile names as text", () => {
    expect(plotSelfTime([], { document }).textContent).toContain("no executions");
    for (const width of [0, 5000]) {
      const rows = Object.values(hostile).map((name) => row(name, name, 0, 0));
      const plot = plotSelfTime(rows, { document, width });
      expect(injected(plot)).toEqual([]);
      expect(plot.outerHTML).not.toMatch(/NaN|Infinity|width="-/);
    }
  });
});
