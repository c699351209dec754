import { describe, expect, it } from "vitest";
import { type ComparisonRow, orderComparison } from "../../cells/comparison.ts";
import { plotKsByApi } from "../../cells/plotKsByApi.ts";
import { plotQuantileErrors } from "../../cells/plotQuantileErrors.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();

function row(api: string, n: number, floor: number, gcm: number, errors = [0, 0, 0]): ComparisonRow {
  const [p50, p95, p99] = errors as [number, number, number];
  return {
    ...{ service: "s", api, n, floor: { ks: floor } },
    simple: { ks: 0.7, p50: 3, p95: -0.5, p99: -1 },
    gcm: { ks: gcm, p50, p95, p99 },
  };
}

const rows = [row("b", 200, 0.02, 0.02), row("a", 200, 0.02, 0.06), row("c", 900, 0.03, 0.06, [0.1, 2, 1e9])];

describe("orderComparison", () => {
  it("orders by executions, by distance over the floor, or by name, ties by name", () => {
    const order = (by: "n" | "ratio" | "name") =>
      orderComparison(rows, by, 9)
        .map((one) => one.api)
        .join("");
    expect([order("n"), order("ratio"), order("name")]).toEqual(["cab", "acb", "abc"]);
    expect(orderComparison(rows, "n", 2)).toHaveLength(2);
    expect(orderComparison([row("z", 1, 0, 0), ...rows], "ratio", 1)[0]!.api).toBe("a");
  });
});

describe("plotKsByApi", () => {
  it("draws floor, GCM and simple statistics of each API, at their places", () => {
    const plot = plotKsByApi(rows, { document });
    const titles = [...plot.querySelectorAll("circle title")].map((title) => title.textContent);
    expect(titles).toHaveLength(6);
    expect(titles[0]).toBe("s c\nn 900\nnoise floor 0.030\nGCM 0.060\nsimple statistics 0.700");
    const discs = [...plot.querySelectorAll('g[aria-label="dot"]')].map((group) =>
      [...group.querySelectorAll("circle")].map((circle) => Number(circle.getAttribute("cx"))),
    );
    const [simple, gcm] = discs as [number[], number[]];
    expect(Math.max(...gcm)).toBeLessThan(Math.min(...simple));
    expect(gcm[0]).toBe(gcm[1]);
  });

  it("draws an empty comparison", () => {
    expect(plotKsByApi([], { document }).outerHTML).not.toMatch(/NaN|undefined/);
    expect(plotQuantileErrors([], { document }).outerHTML).not.toMatch(/NaN|undefined/);
  });

  it("shows hostile names as text", () => {
    const named = Object.values(hostile).map((name, i) => ({ ...row(name, i, 0.1, 0.2), service: name }));
    expect(injected(plotKsByApi(named, { document }))).toEqual([]);
    expect(injected(plotQuantileErrors(named, { document }))).toEqual([]);
  });
});

describe("plotQuantileErrors", () => {
  it("draws one dot for each quantile and model, extreme errors at the edge with their value in the title", () => {
    const plot = plotQuantileErrors(rows, { document, order: "name" });
    const dots = [...plot.querySelectorAll("circle")].filter((circle) => circle.querySelector("title"));
    expect(dots).toHaveLength(18);
    const at = (end: string) => dots.filter((dot) => dot.querySelector("title")!.textContent!.endsWith(end));
    expect(at("GCM P95 +200 %")).toHaveLength(1);
    expect(at("GCM P99 +100000000000 %")).toHaveLength(1);
    expect(at("simple statistics P99 −100 %")).toHaveLength(3);
    expect(at("GCM P50 0 %")).toHaveLength(2);
    expect(plot.outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("leaves out an error that does not exist", () => {
    const one = row("z", 1, 0.1, 0.1);
    one.gcm.p50 = null;
    const plot = plotQuantileErrors([one], { document, width: 400 });
    expect([...plot.querySelectorAll("circle")].filter((circle) => circle.querySelector("title"))).toHaveLength(5);
  });
});
