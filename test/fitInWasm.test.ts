import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { writeTopology } from "../lib/topology/writeTopology.ts";
import { readLedger } from "../lib/traces/ledger.ts";
import { openWasmInNode } from "./engine/wasmInNode.ts";
import { describeWithDatasets } from "./traces/sharedDatasets.ts";

const [native, wasm] = [await openDuckDBNode({ threads: 2 }), await openWasmInNode()];
afterAll(async () => {
  await native.close();
  await wasm.close();
});

/** Fits files with both engines and expects the same topology, byte by byte, and the same ledger. */
async function expectSame(paths: string[]): Promise<void> {
  for (const path of paths) wasm.register(path, readFileSync(path));
  const fitted = async (engine: Engine) => {
    const dataset = { engine, schema: "same" };
    const text = writeTopology(await fitTraces(dataset, paths, { holdout: 0.5, seed: 3 }));
    return { text, ledger: await readLedger(dataset) };
  };
  const expected = await fitted(native);
  const found = await fitted(wasm);
  for (const path of paths) wasm.forget(path);
  expect(JSON.parse(found.text)).toEqual(JSON.parse(expected.text));
  expect(found).toEqual(expected);
}

describe("fit in the page's engine gives the native engine's topology", () => {
  it.each(["recording", "figure1"])("datasets/%s", async (name) => {
    await expectSame([join(import.meta.dirname, `../datasets/${name}/traces.jsonl.gz`)]);
  });
});

describeWithDatasets("fit in the page's engine gives the native engine's topology", (datasets) => {
  it.each([
    ["traceweaver/hotel-load50.json.gz"],
    ["traceweaver/media-load50.json.gz"],
    ["traceweaver/nodejs-load50.json.gz"],
    ["nezha/rca_data-2022-08-22/05_19_trace.csv.gz"],
    ["nezha/rca_data-2023-01-29/08_43_trace.csv.gz", "nezha/rca_data-2023-01-29/08_44_trace.csv.gz"],
    ["alibaba/mscallgraph-2021.csv.gz", "alibaba/callgraph-2022.csv.gz"],
    ["zipkin/smartthings-mobile-web-install.json.gz", "jaeger/socialnetwork-ui-download.json.gz"],
    ["meta/service-characteristics.csv", "meta/service-endpoints.csv"],
  ])("%s", async (...names) => {
    await expectSame(names.map((name) => join(datasets, name)));
  });
});
