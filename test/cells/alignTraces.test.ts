import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignTraces, traceDifferences } from "../../cells/alignTraces.ts";
import { differencesTable } from "../../cells/differencesTable.ts";
import { plotTraceComparison } from "../../cells/plotTraceComparison.ts";
import type { WaterfallRow } from "../../cells/waterfallRows.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();

function row(api: string, parent: number, start: number, waited: number): WaterfallRow {
  return { service: `s ${api}`, api, parent, start, waited, duration: waited, asynchronous: false };
}

/** A trace of a root with calls one after the other, each within its parent. */
const trace = fc
  .array(fc.record({ api: fc.constantFrom("x", "y", "z"), under: fc.nat(), waited: fc.integer({ min: 1, max: 50 }) }), {
    maxLength: 14,
  })
  .map((calls) => {
    const rows = [row("root", -1, 0, 1000)];
    for (const { api, under, waited } of calls) {
      const parent = under % rows.length;
      const before = rows.filter((one) => one.parent === parent);
      const start = before.reduce((end, one) => Math.max(end, one.start + one.waited), rows[parent]!.start);
      const room = rows[parent]!.start + rows[parent]!.waited - start;
      if (room > 0) rows.push(row(api, parent, start, Math.min(waited, room)));
    }
    return rows;
  });

describe("alignTraces", () => {
  it("pairs calls of one API in order below parents that go together, and keeps the rest", () => {
    const a = [row("root", -1, 0, 100), row("x", 0, 10, 20), row("x", 0, 40, 20), row("y", 2, 45, 5)];
    const b = [
      row("root", -1, 50, 160),
      row("z", 0, 55, 5),
      row("x", 0, 60, 20),
      row("x", 0, 90, 90),
      row("w", 3, 95, 9),
    ];
    expect(alignTraces(a, b)).toEqual([
      { a: 0, b: 0, depth: 0 },
      { a: null, b: 1, depth: 1 },
      { a: 1, b: 2, depth: 1 },
      { a: 2, b: 3, depth: 1 },
      { a: null, b: 4, depth: 2 },
      { a: 3, b: null, depth: 2 },
    ]);
  });

  it("has every row of both once, each below its parent, and pairs equal names alone", () => {
    fc.assert(
      fc.property(trace, trace, (a, b) => {
        const aligned = alignTraces(a, b);
        const rows = (side: "a" | "b") => aligned.flatMap((call) => call[side] ?? []).sort((x, y) => x - y);
        expect(rows("a")).toEqual(a.map((_, i) => i));
        expect(rows("b")).toEqual(b.map((_, i) => i));
        const seen: (typeof aligned)[number][] = [];
        for (const call of aligned) {
          seen[call.depth] = call;
          if (call.a !== null && call.b !== null) expect(a[call.a]!.api).toBe(b[call.b]!.api);
          const above = seen[call.depth - 1];
          if (call.a !== null) expect(a[call.a]!.parent).toBe(above?.a ?? -1);
          if (call.b !== null) expect(b[call.b]!.parent).toBe(above?.b ?? -1);
        }
        expect(alignTraces(a, a).every((call) => call.a === call.b)).toBe(true);
      }),
    );
  });
});

describe("traceDifferences", () => {
  it("add up to the difference of the latencies", () => {
    fc.assert(
      fc.property(trace, trace, (a, b) => {
        const slower = b.map((one) => (one.parent < 0 ? { ...one, waited: 1300, duration: 1300 } : one));
        const sum = traceDifferences(a, slower).reduce((total, { difference }) => total + difference, 0);
        expect(sum).toBeCloseTo(300, 6);
      }),
    );
  });

  it("name what one trace has more of", () => {
    const a = [row("root", -1, 0, 100), row("x", 0, 10, 20)];
    const b = [row("root", -1, 0, 160), row("x", 0, 10, 20), row("x", 0, 40, 60)];
    expect(traceDifferences(a, b)[0]).toEqual({
      ...{ service: "s x", api: "x", callsA: 1, callsB: 2, criticalA: 20, criticalB: 80, difference: 60 },
    });
    expect(differencesTable(traceDifferences(a, b), { document }).querySelector("p")!.textContent).toBe(
      "B takes 60 µs longer than A. Most of it is s x x (+60 µs on the critical path, 1 call more).",
    );
  });
});

describe("plotTraceComparison", () => {
  it("draws calls that one trace lacks, at most so many, and names as text", () => {
    const a = [row(hostile.markup, -1, 0, 100), row(hostile.quotes, 0, 10, 20), row("gone", 0, 40, 20)];
    const b = [row(hostile.markup, -1, 0, 90), row(hostile.quotes, 0, 10, 20)];
    const figure = plotTraceComparison(a, b, { document });
    expect(figure.querySelectorAll(".palette-node").length).toBe(3);
    expect(figure.querySelectorAll("rect[stroke-dasharray]").length).toBe(1);
    expect(figure.textContent).toContain("only in A");
    expect(figure.textContent).toContain("−10 µs");
    expect(injected(figure)).toEqual([]);
    expect(injected(differencesTable(traceDifferences(a, b), { document }))).toEqual([]);
    const few = plotTraceComparison(a, b, { document, limit: 2 });
    expect(few.querySelectorAll(".palette-node").length).toBe(2);
    expect(few.textContent).toContain("1 calls that differ less are not drawn");
    expect(plotTraceComparison([], [], { document }).querySelectorAll(".palette-node").length).toBe(0);
  });
});
