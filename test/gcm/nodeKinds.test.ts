import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { chosenNodes, defaultNodes, nodeKinds } from "../../lib/gcm/nodeKinds.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const figure1 = join(import.meta.dirname, "../../datasets/figure1/traces.jsonl.gz");
const fitted = (nodes?: string[]) => fitTraces({ engine, schema: "nodes" }, [figure1], nodes ? { nodes } : {});

describe("chosenNodes", () => {
  it("names each node once, in one order, and refuses what is none", () => {
    expect(chosenNodes(["factors", "context", "factors"])).toEqual(["context", "factors"]);
    expect(() => chosenNodes(["caller"])).toThrow(
      `fit: "caller" is no kind of node; valid are ${nodeKinds.join(", ")}`,
    );
  });

  it("is kept in the provenance, and what it leaves out is not in the model", async () => {
    const bare = await fitted([]);
    expect(bare.provenance.options.nodes).toBe("");
    expect(bare.exogenous).toEqual([]);
    const parents = bare.apis.flatMap(({ gcm }) => gcm.nodes.flatMap((node) => node.parents));
    expect(parents).not.toContain("caller");
    expect(bare.apis.flatMap(({ pfa }) => pfa.transitions).every(({ given }) => !("caller" in given))).toBe(true);
    const full = await fitted(["context"]);
    expect(full.apis.flatMap(({ gcm }) => gcm.nodes.flatMap((node) => node.parents))).toContain("caller");
    expect(writeTopology(await fitted([...defaultNodes]))).toBe(writeTopology(await fitted()));
  });

  it("stops a fit before it reads", async () => {
    await expect(fitted(["regimes"])).rejects.toThrow(/^fit: "regimes" is no kind of node; valid are [^\n]*$/);
  });
});
