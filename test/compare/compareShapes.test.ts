import { describe, expect, it } from "vitest";
import { compareShapes } from "../../lib/compare/compareShapes.ts";
import { readExecutions } from "../../lib/compare/readExecutions.ts";
import { traceStructure } from "../../lib/compare/structure.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";
import { openedDataset, readySet } from "./openedDataset.ts";

const recording = await openedDataset([readySet("recording")]);
const folder = new TraceFolder();

async function traceData(rows: (string | number)[][]) {
  const header = ["profile", "trace_size", "num_services", "call_depth", "max_width"];
  const dataset = { engine: recording.engine, schema: "trace_data" };
  await readTraces(dataset, [folder.write("trace-data.csv", csv([header, ...rows]))]);
  return dataset;
}

describe("compareShapes", () => {
  it("is 0 for traces of the same shapes, profile by profile", async () => {
    const { executions, names } = await readExecutions(recording, 1e6);
    const { spans, depth, width } = traceStructure(
      executions,
      names.apis.map(({ name }) => name),
    );
    const rows = Array.from(spans, (size, i) => ["ads", size, 1, depth[i]!, width[i]!]);
    const { shapes, ledger } = await compareShapes(await traceData([...rows, ["raas", 1e6, 1, 1e3, 1e6]]), recording);
    expect(shapes).toEqual([
      { profile: "ads", n: rows.length, spans: 0, depth: 0, width: 0 },
      { profile: "raas", n: 1, spans: 1, depth: 1, width: 1 },
    ]);
    expect(ledger).toMatchObject({ read: rows.length + 1, rejected: 0 });
  });
});
