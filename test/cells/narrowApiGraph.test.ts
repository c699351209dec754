import { describe, expect, it } from "vitest";
import { apiGraph } from "../../cells/apiGraph.ts";
import { focusOn, mostExecuted, servicesOnly } from "../../cells/narrowApiGraph.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

const chain = {
  services: [
    { id: "s", name: "s" },
    { id: "t", name: "t" },
  ],
  apis: ["a", "b", "c", "d", "e"].map((id, index) => ({
    ...{ id, name: id, service: index < 3 ? "s" : "t", executions: index, ownTime: 10, entry: index === 0 },
  })),
  links: ["ab", "bc", "cd", "de"].map((pair) => ({
    ...{ caller: pair[0]!, callee: pair[1]!, kind: "local" as const, calls: 2, asynchronous: 0.5, operations: [] },
  })),
};

const ids = (graph: { apis: { id: string }[] }) => graph.apis.map((api) => api.id).join("");

describe("narrowing a call graph", () => {
  it("keeps what is within n hops of an API, both ways", () => {
    expect(ids(focusOn(chain, "c", 0))).toBe("c");
    expect(ids(focusOn(chain, "c", 1))).toBe("bcd");
    expect(ids(focusOn(chain, "a", 2))).toBe("abc");
    expect(focusOn(chain, "a", 2).services).toEqual([{ id: "s", name: "s" }]);
    expect(() => focusOn(chain, "x", 1)).toThrow("unknown API: x");
  });

  it("leaves out callees of callers: siblings are not within reach", () => {
    expect(ids(focusOn(apiGraph(figure1Topology()), "a A", 3))).toBe("a Ab B");
  });

  it("keeps the most executed", () => {
    expect(ids(mostExecuted(chain, 2))).toBe("de");
    expect(mostExecuted(chain, 9)).toBe(chain);
  });

  it("sums a service's APIs and the calls between services", () => {
    const services = servicesOnly(chain);
    expect(
      services.apis.map(({ id, name, executions, ownTime, entry }) => [id, name, executions, ownTime, entry]),
    ).toEqual([
      ["s", "3 APIs", 3, 10, true],
      ["t", "2 APIs", 7, 10, false],
    ]);
    expect(services.links).toEqual([
      { caller: "s", callee: "t", kind: "local", calls: 2, asynchronous: 0.5, operations: [] },
    ]);
  });
});

describe("apiGraph", () => {
  it("merges edges with the same ends, weighing asynchrony by calls", () => {
    const topology = figure1Topology();
    topology.edges.push({ ...topology.edges[0]!, id: "e3", operation: "POST /b", calls: 3000, asynchronous: 1 });
    const link = apiGraph(topology).links[0]!;
    expect(link).toMatchObject({ calls: 4000, asynchronous: 0.75, operations: ["GET /b", "POST /b"] });
    expect(apiGraph(topology).apis.map((api) => api.entry)).toEqual([true, false, true]);
  });
});
