import { describe, expect, it } from "vitest";
import { latencyTable } from "../../cells/latencyTable.ts";
import { neighbourTable } from "../../cells/neighbourTable.ts";
import { quantileTable } from "../../cells/quantileTable.ts";
import { resolutionTable } from "../../cells/resolutionTable.ts";
import { structureTable } from "../../cells/structureTable.ts";
import { traceTable } from "../../cells/traceTable.ts";
import { hostile, injected, newDocument } from "./document.ts";

const document = newDocument();
const first = (table: Element) => [...table.querySelector("tbody tr")!.children].map((cell) => cell.textContent);
const [service, api] = [hostile.markup, hostile.quotes];

describe("the notebooks' tables", () => {
  it("write latencies with their units", () => {
    const row = { service, api, executions: 1000, errors: 0.25, p50: 900, p95: 1100, p99: 2e6, own: 10, share: 0.5 };
    const table = latencyTable([row], { document });
    expect(first(table).slice(2)).toEqual(["1,000", "25 %", "900 µs", "1.1 ms", "2 s", "10 µs", "50 %"]);
    expect(injected(table)).toEqual([]);
  });

  it("write neighbours", () => {
    const row = { service, api, calls: 12, asynchronous: 1, p50: 1, p95: 2 };
    expect(first(neighbourTable([row], { document, caption: "Callers" })).slice(2)).toEqual(
      "12|100 %|1 µs|2 µs".split("|"),
    );
    expect(first(neighbourTable([], { document, caption: "Callers" }))).toEqual(["none"]);
  });

  it("write a quantile with what was generated over the original", () => {
    const row = { service, api, n: 9, original: 4000, simple: 44_000, gcm: null, simpleRatio: 11, gcmRatio: null };
    const table = quantileTable([row], { document, level: 0.5 });
    expect(first(table).slice(2)).toEqual(["9", "4 ms", "44 ms", "11", "–", "–"]);
    expect(table.querySelector("caption")!.textContent).toBe("Median latency of entry calls");
    expect(quantileTable([row], { document, level: 0.999 }).textContent).toMatch(/^P99\.9 of the latency/);
  });

  it("write time resolutions and shapes", () => {
    const resolution = { service, apis: 2, executions: 10, resolution: 1000, unresolved: 0.1 };
    expect(first(resolutionTable([resolution], { document })).slice(1)).toEqual(["2", "10", "1 ms", "10 %"]);
    const shape = {
      measure: "depth",
      original: 3.25,
      simple: 3,
      gcm: 3.5,
      floor: 0,
      simpleDistance: 1,
      gcmDistance: 0.5,
    };
    expect(first(structureTable([shape], { document }))).toEqual("depth|3.25|3.5|3|0.000|0.500|1.000".split("|"));
  });

  it("let a trace be chosen", () => {
    const summary = (trace: string) => ({ trace, service, api, start: 1e6, duration: 5, executions: 3, errors: 0 });
    const rows = [summary("one"), summary(hostile.markup)];
    const table = traceTable(rows, { document });
    expect(table.value).toBe(rows[0]);
    table.querySelectorAll<HTMLElement>("tbody tr")[1]!.click();
    expect(table.value).toBe(rows[1]);
    expect(injected(table)).toEqual([]);
    expect(traceTable([], { document }).value).toBe(undefined);
  });
});
