import { describe, expect, it } from "vitest";
import { plotWaterfall } from "../../cells/plotWaterfall.ts";
import { type WaterfallRow, waterfallRows } from "../../cells/waterfallRows.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();

function row(parent: number, start: number, waited: number, more: Partial<WaterfallRow> = {}): WaterfallRow {
  return {
    service: "s",
    api: `api ${start}`,
    parent,
    start,
    duration: waited * 0.8,
    waited,
    asynchronous: false,
    ...more,
  };
}

const rows = [row(-1, 0, 100), row(0, 10, 30), row(1, 12, 20), row(0, 50, 60, { asynchronous: true }), row(0, 60, 30)];
const bars = (figure: Element) => [...figure.querySelectorAll(".palette-node")];

describe("plotWaterfall", () => {
  it("draws a bar for each execution, its callee's part within it", () => {
    for (const bar of bars(plotWaterfall([rows[0]!, rows[1]!], { document }))) {
      const [, , outer, inner] = [...bar.querySelectorAll("rect")].map((rect) => ({
        x: Number(rect.getAttribute("x")),
        width: Number(rect.getAttribute("width")),
      }));
      expect(inner!.width / outer!.width).toBeCloseTo(0.8, 2);
      expect(inner!.x - outer!.x).toBeCloseTo(outer!.width * 0.1, 1);
    }
  });

  it("hatches asynchronous calls and draws the critical path past them", () => {
    const figure = plotWaterfall(rows, { document });
    const critical = bars(figure).map((bar) => bar.querySelectorAll(".palette-critical").length);
    expect(critical).toEqual([3, 2, 1, 0, 1]);
    const length = [...figure.querySelectorAll(".palette-critical")].reduce((sum, line) => {
      const [, from, to] = /^M([\d.]+) [\d.]+H([\d.]+)$/.exec(line.getAttribute("d")!)!;
      return sum + Number(to) - Number(from);
    }, 0);
    const root = Number(bars(figure)[0]!.querySelectorAll("rect")[2]!.getAttribute("width"));
    expect(length).toBeCloseTo(root, 0);
    expect(bars(figure)[3]!.querySelectorAll("rect")).toHaveLength(3);
    expect(bars(figure)[3]!.textContent).toContain("asynchronous: the caller does not wait");
  });

  it("leaves out the shortest executions, never an ancestor of one it draws", () => {
    const figure = plotWaterfall(rows, { document, limit: 4 });
    expect(bars(figure).map((bar) => bar.querySelector("title")!.textContent!.split("\n")[0])).toEqual([
      "s api 0",
      "s api 10",
      "s api 50",
      "s api 60",
    ]);
    expect(figure.textContent).toContain("1 shorter executions are not drawn");
    const critical = bars(figure).map((bar) => bar.querySelectorAll(".palette-critical").length);
    expect(critical).toEqual([3, 3, 0, 1]);
  });

  it("draws nothing, and a trace of no duration, without failing", () => {
    for (const trace of [[], [row(-1, 5, 0)]]) {
      expect(plotWaterfall(trace, { document }).outerHTML).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it("shows hostile names as text", () => {
    const named = Object.values(hostile).map((name, i) =>
      row(i - 1, i, 10 - i, { service: name, api: name, error: true }),
    );
    const figure = plotWaterfall(named, { document });
    expect(injected(figure)).toEqual([]);
    expect(figure.querySelector("title")!.textContent).toContain(hostile.markup);
  });
});

describe("waterfallRows", () => {
  it("reads one trace, parents as rows of that trace", () => {
    const executions: Executions = {
      ...{ length: 4, traces: 2 },
      trace: Int32Array.of(0, 0, 1, 1, 9),
      parent: Int32Array.of(-1, 0, -1, 2, 0),
      api: Int32Array.of(0, 1, 2, 1, 0),
      edge: Int32Array.of(-1, 0, -1, 1, 0),
      start: Float64Array.of(0, 100, 500, 600, 0),
      duration: Float64Array.of(1000, 700, 9000, 8000, 0),
      waited: Float64Array.of(1000, 800, 9000, 8100, 0),
      stage: Int32Array.of(0, 0, 0, 0, 0),
      asynchronous: Uint8Array.of(0, 0, 0, 1, 0),
    };
    expect(waterfallRows(executions, 1, figure1Topology())).toEqual([
      { service: "c", api: "C", parent: -1, start: 500, duration: 9000, waited: 9000, asynchronous: false },
      { service: "b", api: "B", parent: 0, start: 600, duration: 8000, waited: 8100, asynchronous: true },
    ]);
    expect(() => waterfallRows(executions, 9, figure1Topology())).toThrow("no trace 9 among 2");
  });
});
