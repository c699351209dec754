import { afterAll, describe, expect, it } from "vitest";
import { fitDataset } from "../../cells/fitDataset.ts";
import { fitHeldOut } from "../../cells/fitHeldOut.ts";
import { openTraces, spanTraces } from "../../cells/openTraces.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { readySet } from "../compare/openedDataset.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();

describe("fitDataset", () => {
  it("gives the topology of palette fit, also while another fit of the same traces runs", async () => {
    const traces = await openTraces(engine, [readySet("recording")]);
    const [all, half, again] = await Promise.all([
      fitDataset(traces, "recording"),
      fitHeldOut(spanTraces(traces), { name: "recording", holdout: 0.5, seed: 2 }),
      fitDataset(traces, "recording"),
    ]);
    const dataset = { engine, schema: "fitted" };
    const expected = (holdout: number, seed: number) =>
      fitTraces(dataset, [readySet("recording")], { name: "recording", holdout, seed });
    expect(writeTopology(all)).toBe(writeTopology(await expected(0, 1)));
    expect(writeTopology(again)).toBe(writeTopology(all));
    expect(writeTopology(half.topology)).toBe(writeTopology(await expected(0.5, 2)));
    expect(JSON.parse(JSON.stringify(half))).toEqual({ topology: JSON.parse(JSON.stringify(half.topology)) });
  });

  it("gives structure alone for summaries, and says where they have none", async () => {
    const header = ["profile", "parent_name", "children_set", "c_set_index", "num_calls", "num_returning_calls"];
    const rows = [
      [...header, "concurrency_rate"],
      ["ads", "01-02", "{'AA', 'BB'}", 1, 2, 2, 1],
    ];
    const parents = await openTraces(engine, [folder.write("parent-data.csv", csv(rows))]);
    expect((await fitDataset(parents, "meta")).edges.length).toBe(2);
    const endpoints = folder.write(
      "service-endpoints.csv",
      csv([
        ["service_type", "service_id", "num_endpoints"],
        ["a", "1", 3],
      ]),
    );
    const traces = await openTraces(engine, [endpoints]);
    await expect(fitDataset(traces, "meta")).rejects.toThrow(
      /service-endpoints\.csv: neither calls nor services[^\n]*$/,
    );
  });
});
