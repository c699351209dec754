import { describe, expect, it } from "vitest";
import { type CausalTables, causalTables } from "../../../lib/export/go/causalTables.ts";
import { exportGo } from "../../../lib/export/go/exportGo.ts";
import { readTopology } from "../../../lib/topology/readTopology.ts";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { branchesTopology } from "./branchesTopology.ts";

/** What calls carry, by edge: causes and the APIs that read them. */
function carried({ apis }: CausalTables): Record<string, Record<string, string[]>> {
  const calls = [...apis.values()].flat().flatMap(({ states }) => states.flatMap(({ calls }) => calls));
  return Object.fromEntries(
    calls.map(({ edge, carries: { path, rank, labels, factors, depth }, variant }) => [
      edge.id,
      {
        ...(variant ? { variant: [edge.callee] } : {}),
        ...(path.size ? { path: [...path] } : {}),
        ...(rank.size ? { rank: [...rank] } : {}),
        ...Object.fromEntries([...labels].map(([number, readers]) => [`label ${number}`, [...readers]])),
        ...Object.fromEntries([...factors].map(([number, readers]) => [`factor ${number}`, [...readers]])),
        ...(depth ? { depth: [] } : {}),
      },
    ]),
  );
}

describe("carryCauses", () => {
  it("carries a label along the branch that needs it, and nothing along the other", () => {
    const topology = readTopology(writeTopology(branchesTopology()));
    const needed = { "label 0": ["deep"], "factor 0": ["deep"] };
    expect(carried(causalTables(topology))).toEqual({
      ...{ "root>left": needed, "left>deep": needed },
      ...{ "root>right": {}, "right>shallow": {} },
    });
    const code = exportGo(topology, new Map()).get("workflow/rootsvc/service.go")!;
    const [left, right] = code.match(/\/\/ remote call[\s\S]*?x\.Call/g)!;
    expect(left!.split("\n").map((line) => line.trim())).toEqual([
      '// remote call of "left". Carries',
      '//   l0: "scenario", for "deep"',
      '//   factor "load", which follows from the trace\'s id, for "deep"',
      "x.Call",
    ]);
    expect(right).toContain('// remote call of "right". Carries no causes.\n');
  });

  it("carries a label no further up than where it is drawn, but for what the draw reads", () => {
    const topology = branchesTopology();
    topology.exogenous.push({
      ...{ id: "items", kind: "dimension", parents: [], unit: "label" },
      values: [
        { api: "left", given: { scenario: "slow" }, n: 1, to: [{ value: "many", probability: 1 }] },
        { api: "left", given: {}, n: 1, to: [{ value: "few", probability: 1 }] },
      ],
    } as never);
    const own = topology.apis.find(({ id }) => id === "deep")!.gcm.nodes[0]!;
    own.tables = [{ given: { items: "many" }, n: 1, values: [7] }, own.tables!.at(-1)!];
    delete own.loadings;
    expect(carried(causalTables(topology))).toMatchObject({
      "root>left": { "label 0": ["left"] },
      "left>deep": { "label 1": ["deep"] },
      "root>right": {},
    });
  });

  it("carries path and rank to the callee that reads them, and no further", () => {
    const topology = branchesTopology();
    const left = topology.apis.find(({ id }) => id === "left")!.gcm.nodes[0]!;
    left.tables = [
      { given: { "caller.path": "left" }, n: 1, values: [7] },
      { given: { "caller.rank": "1" }, n: 1, values: [8] },
      { given: {}, n: 1, values: [9] },
    ];
    const found = carried(causalTables(topology));
    expect(found["root>left"]).toMatchObject({ path: ["left"], rank: ["left"] });
    expect(Object.keys(found["left>deep"]!)).toEqual(["label 0", "factor 0"]);
  });

  it("carries the caller only where the callee, or what it calls, depends on who it is", () => {
    const topology = patternsTopology();
    expect(Object.values(carried(causalTables(topology))).every((causes) => Object.keys(causes).length === 0)).toBe(
      true,
    );
    const x = topology.apis.find(({ id }) => id === "store X")!.gcm.nodes[0]!;
    x.tables = [{ given: { caller: "gateway choice" }, n: 1, values: [7] }, ...x.tables!];
    const depends = Object.entries(carried(causalTables(topology))).filter(([, { variant }]) => variant);
    expect(depends.map(([edge]) => edge)).toEqual(["choice>X"]);
  });

  it("carries the depth where calls come back, and labels around such a cycle", () => {
    const topology = branchesTopology();
    const shallow = topology.apis.find(({ id }) => id === "shallow")!;
    const edge = { id: "shallow>root", caller: "shallow", callee: "root", calls: 1, asynchronous: 0 };
    topology.edges.push({ ...edge, kind: "remote" });
    shallow.pfa.states[0]!.calls.push({ edge: edge.id, probability: 0.1, asynchronous: false });
    const found = carried(causalTables(topology));
    for (const id of ["root>right", "right>shallow", "shallow>root"])
      expect(found[id]).toMatchObject({ "label 0": ["deep"], depth: [] });
    expect(found["left>deep"]).toEqual({ "label 0": ["deep"], "factor 0": ["deep"] });
  });
});
