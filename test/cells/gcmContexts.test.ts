import { describe, expect, it } from "vitest";
import { contextTable } from "../../cells/contextTable.ts";
import { gcmContexts } from "../../cells/gcmContexts.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";
import { hostile, injected, newDocument } from "./document.ts";
import { hostileTopology } from "./hostileTopology.ts";

describe("gcmContexts", () => {
  it("lists B's own time by who calls, ten times the work for C, any other caller last", () => {
    const { parents, contexts } = gcmContexts(figure1Topology(), "b B");
    expect(parents).toContain("caller");
    const of = (caller: string) => contexts.find(({ given }) => given.caller === caller)!;
    expect(of("c C").median / of("a A").median).toBeCloseTo(10, 6);
    expect(of("c C").p99).toBeGreaterThan(of("c C").median);
    expect(contexts.at(-1)!.given).toEqual({});
  });

  it("has none for a node without distributions, and knows no unknown API", () => {
    expect(gcmContexts(figure1Topology(), "a A", "latency")).toEqual({ parents: [], contexts: [] });
    expect(() => gcmContexts(figure1Topology(), "nobody")).toThrow("unknown API: nobody");
  });
});

describe("contextTable", () => {
  it("has a column for each parent", () => {
    const document = newDocument();
    const table = contextTable(gcmContexts(figure1Topology(), "b B"), { document, caption: "Own time" });
    expect([...table.querySelectorAll("th")].map((th) => th.textContent)).toEqual(["caller", "n", "median", "P99"]);
    expect(table.querySelector("tbody tr:last-child")!.textContent).toMatch(/^any other/);
    const named = contextTable(gcmContexts(hostileTopology(), hostile.long), { document });
    expect(injected(named)).toEqual([]);
  });
});
