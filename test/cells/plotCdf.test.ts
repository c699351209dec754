import { describe, expect, it } from "vitest";
import { type CdfSeries, plotCdf } from "../../cells/plotCdf.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const values = Array.from({ length: 3000 }, (_, i) => 100 * Math.exp(((i * 811) % 3000) / 500));
const series: CdfSeries[] = [
  { name: "original", role: "original", values },
  { name: "simple statistics", role: "simple", values: values.map((value) => value * 3), ks: 0.41249 },
  { name: "GCM", role: "gcm", values: values.map((value) => value * 1.02), ks: 0.0091 },
];

const texts = (element: Element) => [...element.querySelectorAll("text")].map((text) => text.textContent);

describe("plotCdf", () => {
  it("lists n, KS and the quantile of each curve", () => {
    const halves: [number[], number[]] = [values.filter((_, i) => i % 2), values.filter((_, i) => i % 2 === 0)];
    const plot = plotCdf(series, { document, percentile: 0.95, title: "a A", halves, floor: 0.0123 });
    const legend = [...plot.querySelectorAll(".palette-legend > text")].map((text) => text.textContent);
    expect(legend).toEqual([
      ...["a A", "n", "KS", "P95"],
      ...["original", "3,000", "", "29.8 ms"],
      ...["simple statistics", "3,000", "0.412", "89.5 ms"],
      ...["GCM", "3,000", "0.009", "30.4 ms"],
      ...["noise: two halves", "0.012"],
    ]);
    expect(plot.querySelector("svg")!.getAttribute("aria-label")).toBe(
      "Latency CDFs of a A: original (median 2.01 ms); simple statistics (median 6.02 ms, KS 0.412); GCM (median 2.05 ms, KS 0.009)",
    );
  });

  it("draws each curve from 0 to 1 as steps that never fall", () => {
    const plot = plotCdf(series, { document });
    const lines = [...plot.querySelectorAll('g[aria-label="line"] path')].map((path) => path.getAttribute("d")!);
    expect(lines).toHaveLength(3);
    const height = Number(plot.querySelector("svg")!.getAttribute("height"));
    for (const line of lines) {
      expect(line.length).toBeLessThan(20_000);
      const ys = [...line.matchAll(/[ML]([\d.]+),([\d.]+)/g)].map((match) => Number(match[2]));
      expect(ys[0]).toBe(height - 38);
      expect(ys.at(-1)).toBeLessThan(ys[0]! / 2);
      for (let i = 1; i < ys.length; i++) expect(ys[i]!).toBeLessThanOrEqual(ys[i - 1]!);
    }
  });

  it("marks the percentile on each curve, on a log or linear axis", () => {
    for (const scale of ["log", "linear"] as const) {
      const plot = plotCdf(series, { document, scale, percentile: 0.5 });
      expect(plot.querySelectorAll("circle")).toHaveLength(3);
      expect(plot.outerHTML).not.toMatch(/NaN|undefined/);
    }
  });

  it("labels a logarithmic axis with durations", () => {
    expect(texts(plotCdf(series, { document }))).toEqual(expect.arrayContaining(["100 µs", "1 ms", "10 ms", "100 ms"]));
  });

  it("draws nothing, one value and zeros without failing", () => {
    expect(texts(plotCdf([{ name: "o", role: "original", values: [] }], { document }))).toContain("no latencies");
    for (const one of [[5], [0, 0, 0], [0, 1e12], [1e-3, 1e-3]]) {
      for (const scale of ["log", "linear"] as const) {
        const plot = plotCdf([{ name: "o", role: "original", values: one }], { document, scale, percentile: 0.99 });
        expect(plot.outerHTML).not.toMatch(/NaN|Infinity/);
      }
    }
  });

  it("shows hostile names as text", () => {
    const names = Object.values(hostile);
    const plot = plotCdf(
      names.map((name) => ({ name, role: "other", values })),
      { document, title: hostile.markup },
    );
    expect(injected(plot)).toEqual([]);
  });
});
