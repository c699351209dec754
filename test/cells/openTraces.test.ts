import { afterAll, describe, expect, it } from "vitest";
import { openTraces, spanTraces } from "../../cells/openTraces.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readySet } from "../compare/openedDataset.ts";
import { csv, TraceFolder } from "../traces/traceFolder.ts";
import { naiveExecutions } from "./naiveExecutions.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();

describe("openTraces", () => {
  it("reads, builds and counts, step by step", async () => {
    const steps: string[] = [];
    const { dataset, counts, ledger, files, resolution } = await openTraces(engine, [readySet("figure1")], {
      onStep: (step) => steps.push(step),
    });
    const all = await naiveExecutions(dataset);
    const distinct = (key: (one: (typeof all)[number]) => string) => new Set(all.map(key)).size;
    expect(counts).toEqual({
      traces: distinct(({ trace }) => trace),
      executions: all.length,
      services: distinct(({ service }) => service),
      apis: distinct(({ service, api }) => JSON.stringify([service, api])),
      duration: Math.max(...all.map(({ start }) => start)) - Math.min(...all.map(({ start }) => start)),
    });
    expect(ledger.read).toBe(files[0]!.rows);
    expect(resolution).toBeLessThanOrEqual(1);
    expect(steps[0]).toMatch(/^Reading .*figure1/);
    expect(steps.at(-1)).toBe("Building executions");
  });

  it("keeps data sets apart, and is plain data as JSON", async () => {
    const [one, two] = await Promise.all(
      ["figure1", "recording"].map((name) => openTraces(engine, [readySet(name as "figure1")])),
    );
    expect(one!.counts).not.toEqual(two!.counts);
    expect(one!.dataset.schema).not.toBe(two!.dataset.schema);
    expect(JSON.parse(JSON.stringify(two))).toEqual({
      files: two!.files,
      ledger: two!.ledger,
      resolution: two!.resolution,
      counts: two!.counts,
    });
  });

  it("drops its tables when it is cancelled, whether it runs or has ended", async () => {
    const schemas = async () => {
      const rows = await engine.query(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'traces_%'",
      );
      return rows.toArray().map((row) => String(row.schema_name));
    };
    const before = await schemas();
    const [ended, running] = [new AbortController(), new AbortController()];
    await openTraces(engine, [readySet("figure1")], { signal: ended.signal });
    expect((await schemas()).length).toBe(before.length + 1);
    const onStep = (step: string) => step === "Building executions" && running.abort(new Error("enough"));
    await expect(
      openTraces(engine, [readySet("recording")], { signal: running.signal, onStep: (step) => void onStep(step) }),
    ).rejects.toThrow("enough");
    ended.abort();
    await expect.poll(schemas).toEqual(before);
  });

  it("says in one line that every row was rejected, and that summaries have no latencies", async () => {
    const header = [
      "TraceID",
      "SpanID",
      "ParentID",
      "PodName",
      "OperationName",
      "StartTimeUnixNano",
      "EndTimeUnixNano",
    ];
    const cycle = folder.write("cycle.csv", csv([header, ["t", "a", "a", "shop", "buy", 1000, 2000]]));
    await expect(openTraces(engine, [cycle])).rejects.toThrow(/cycle\.csv, row 1: parent-cycle; 1 of 1 rows[^\n]*$/);
    const rows = [
      ["service_type", "service_id", "num_endpoints"],
      ["regular", "1", 3],
    ];
    const summary = await openTraces(engine, [folder.write("service-endpoints.csv", csv(rows))]);
    expect(summary).toMatchObject({ resolution: null, counts: null, ledger: { read: 1, accepted: 1 } });
    expect(() => spanTraces(summary)).toThrow(/service-endpoints\.csv: summaries without spans have no latencies$/);
  });
});
