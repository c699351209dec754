import { afterAll, describe, expect, it } from "vitest";
import { apiCdf } from "../../cells/apiCdf.ts";
import { compareModels, entryApis } from "../../cells/compareModels.ts";
import { fitHeldOut } from "../../cells/fitHeldOut.ts";
import { modelFit } from "../../cells/modelFit.ts";
import { modelQuantiles } from "../../cells/modelQuantiles.ts";
import { openTraces, spanTraces } from "../../cells/openTraces.ts";
import { structureRows } from "../../cells/structureRows.ts";
import { ks } from "../../lib/compare/ks.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { report } from "../../lib/report.ts";
import { readySet } from "../compare/openedDataset.ts";
import { naiveQuantile } from "./naiveExecutions.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const traces = spanTraces(await openTraces(engine, [readySet("figure1")]));
const comparison = compareModels(await fitHeldOut(traces, { name: "figure1" }), { traces: 5000 });

describe("compareModels", () => {
  it("gives the distances of palette fit --report", async () => {
    const dataset = { engine, schema: "reported" };
    const topology = await fitTraces(dataset, [readySet("figure1")], { name: "figure1", holdout: 0.5, seed: 1 });
    const { ratio, mean, pooled, roots, apis } = await report(dataset, topology, {
      traces: 5000,
      seed: 1,
      bounds: false,
    });
    const unshaped = (entries: typeof apis) => entries.map(({ shape: _, ...entry }) => entry);
    expect(comparison.report).toEqual({ ratio, mean, pooled, roots: unshaped(roots), apis: unshaped(apis) });
    expect(JSON.parse(JSON.stringify(comparison))).toEqual({ report: JSON.parse(JSON.stringify(comparison.report)) });
  });

  it("lists the entry APIs, the most traces first", () => {
    expect(entryApis(comparison).map(({ service }) => service)).toEqual(["C", "A"]);
  });

  it("has the samples of one entry API for its CDFs, with the distances between them", () => {
    const { series, options } = apiCdf(comparison, { service: "A", name: "GET /a" });
    const [original, simple, gcm] = series.map(({ values }) => Float64Array.from(values));
    expect(series.map(({ role }) => role)).toEqual(["original", "simple", "gcm"]);
    expect(series[1]!.ks).toBe(ks(simple!, original!));
    expect(series[2]!.ks).toBe(ks(gcm!, original!));
    expect(options.floor).toBe(ks(Float64Array.from(options.halves![0]), Float64Array.from(options.halves![1])));
    expect(() => apiCdf(comparison, { service: "B", name: "POST /b" })).toThrow(
      /^no held-out execution of "B: POST \/b"/,
    );
  });

  it("compares a quantile of each entry API", () => {
    const [c, a] = modelQuantiles(comparison, 0.9);
    const { series } = apiCdf(comparison, { service: "A", name: "GET /a" });
    const [original, simple, gcm] = series.map(({ values }) => naiveQuantile(Array.from(values), 0.9));
    expect(a).toMatchObject({ service: "A", original: expect.closeTo(original!, 6), gcm: expect.closeTo(gcm!, 6) });
    expect(a!.simpleRatio).toBeCloseTo(simple! / original!, 9);
    expect(c!.n).toBeGreaterThan(a!.n);
  });

  it("compares shapes: every trace is an entry with one call", () => {
    for (const { measure, original, simple, gcm, floor, gcmDistance } of structureRows(comparison)) {
      if (measure === "distinct call graphs") expect([original, simple, gcm]).toEqual([2, 2, 2]);
      else expect([original, floor, gcmDistance]).toEqual([simple, 0, 0]);
      expect(gcm).toBe(original);
    }
  });
});

describe("modelFit", () => {
  it("has latency with the report's distances, and own time that the causal model comes near", () => {
    for (const { service, api, gcm, simple, floor } of comparison.report.apis) {
      const { latency, own } = modelFit(comparison, { service, name: api });
      expect(latency!.series.map((one) => one.ks)).toEqual([undefined, simple.ks, gcm.ks]);
      expect(latency!.options.floor).toBe(floor.ks);
      const [original, , generated] = own!.series;
      expect(generated!.ks).toBe(ks(Float64Array.from(generated!.values), Float64Array.from(original!.values)));
      expect(generated!.ks!).toBeLessThan(0.1);
    }
    expect(modelFit(comparison, { service: "none", name: "none" })).toEqual({ latency: undefined, own: undefined });
  });
});
