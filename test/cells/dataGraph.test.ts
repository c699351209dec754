import { afterAll, expect, it } from "vitest";
import { apiGraph } from "../../cells/apiGraph.ts";
import { dataGraph } from "../../cells/dataGraph.ts";
import { fitDataset } from "../../cells/fitDataset.ts";
import { fitHeldOut } from "../../cells/fitHeldOut.ts";
import { openTraces, spanTraces } from "../../cells/openTraces.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readySet } from "../compare/openedDataset.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());

it("dataGraph is the graph of a topology of all traces, also after half of them were held out", async () => {
  const traces = spanTraces(await openTraces(engine, [readySet("figure1")]));
  const expected = apiGraph(await fitDataset(traces, "figure1"));
  const [, graph] = await Promise.all([fitHeldOut(traces, { name: "figure1" }), dataGraph(traces)]);
  expect(graph).toEqual(expected);
});
