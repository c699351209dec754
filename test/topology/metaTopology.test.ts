import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { readTopology } from "../../lib/topology/readTopology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { describeWithDatasets } from "../traces/sharedDatasets.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const dataset = { engine, schema: "meta" };

describe("metaTopology", () => {
  it("takes a branch for each set of children, concurrent where most calls were", async () => {
    const path = folder.write(
      "parent-data.csv",
      csv([
        [
          "profile",
          "parent_name",
          "children_set",
          "c_set_index",
          "num_calls",
          "num_returning_calls",
          "concurrency_rate",
        ],
        ["ads", "01234-00001", "{'AA', 'BB'}", 1, 5, 5, 0.9],
        ["raas", "01234-00001", "{'BB', 'AA'}", 1, 2, 2, 0.7],
        ["ads", "01234-00001", "{'AA', 'CC'}", 2, 2, 2, 0],
        ["ads", "01234-00001", "set()", 3, 0, 0, 0],
        ["ads", "05678-00002", "{'AA'}", 1, 3, 0, 0],
      ]),
    );
    const topology = readTopology(writeTopology(await fitTraces(dataset, [path])));
    expect(topology.services.map(({ id }) => id)).toEqual(["01234", "05678", "(unknown)"]);
    const [first, second] = topology.apis;
    expect(first!.pfa.states.map(({ id, calls }) => [id, calls.length])).toEqual([
      ["start", 0],
      ["finish", 0],
      ["s0.0", 2],
      ["s1.0", 1],
      ["s1.1", 1],
    ]);
    expect(first!.pfa.transitions[0]!.to).toEqual([
      { state: "s0.0", probability: 0.5 },
      { state: "s1.0", probability: 0.25 },
      { state: "finish", probability: 0.25 },
    ]);
    expect(first!.pfa.states[2]!.calls[0]!.count).toEqual([
      { count: 1, probability: 0.25 },
      { count: 2, probability: 0.75 },
    ]);
    expect(first!.simple.calls.map(({ mean }) => mean)).toEqual([4.5 / 4, 3.5 / 4, 0.25]);
    expect(second!.pfa.states[2]!.repeat).toEqual([{ count: 3, probability: 1 }]);
    expect(topology.workload.mix.map(({ probability }) => probability)).toEqual([0.8, 0.2]);
    expect(topology.apis.every(({ gcm }) => gcm.nodes.every(({ tables }) => tables === undefined))).toBe(true);
  });
});

describeWithDatasets("metaTopology of the published summaries", (datasets) => {
  it("has the services with their callers and callees, and no calls", async () => {
    const topology = readTopology(writeTopology(await fitTraces(dataset, [join(datasets, "meta")])));
    expect(topology.services.length).toBe(18_571);
    expect(topology.services[0]).toMatchObject({
      id: "00000",
      type: "regular",
      callers: 18,
      callees: 26,
      instances: 238,
    });
    expect(topology.edges).toEqual([]);
    expect(topology.provenance.ledger).toMatchObject({ read: 32_297, accepted: 32_297 });
  });
});
