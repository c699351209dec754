import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../../lib/executions/requireExecutions.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";

const engine = await openDuckDBNode({ threads: 1 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const header = ["TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano"];
const record = (id: string, parent: string) => ["t", id, parent, "shop", "buy", 1000, 2000];

async function require(name: string, rows: unknown[][]): Promise<void> {
  const dataset = { engine, schema: "required" };
  await readTraces(dataset, [folder.write(name, csv(rows))]);
  await buildExecutions(dataset);
  await requireExecutions(dataset);
}

describe("requireExecutions", () => {
  it("is content with one execution", async () => {
    await expect(require("one.csv", [header, record("a", "root"), record("b", "b")])).resolves.toBeUndefined();
  });

  it("names the rule that rejected every row, with a row", async () => {
    const rows = [header, record("a", "b"), record("b", "a"), record("c", "c")];
    await expect(require("cycle.csv", rows)).rejects.toThrow(
      /^\S*cycle\.csv, row 1: parent-cycle; 3 of 3 rows were rejected and none is left$/,
    );
  });

  it("says that summaries have none", async () => {
    const rows = [
      ["service_type", "service_id", "num_endpoints"],
      ["regular", "1", 3],
    ];
    await expect(require("service-endpoints.csv", rows)).rejects.toThrow(
      /^\S*service-endpoints\.csv: summaries without spans, which have no executions$/,
    );
  });
});
