import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { readMetaStructure } from "../../lib/traces/metaStructure.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import { describeWithDatasets } from "./sharedDatasets.ts";
import { csv, TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
const dataset = { engine, schema: "meta" };

describe("readMetaStructure", () => {
  it("tells how parents call their children", async () => {
    const path = folder.write(
      "parent-data.csv.gz",
      csv([
        [
          "parent_name",
          "children_set",
          "c_set_index",
          "num_calls",
          "num_returning_calls",
          "concurrency_rate",
          "profile",
        ],
        ["05593-00001", "set()", 1, 0, 0, "0.0", "ads"],
        ["05593-00001", "{'AACD', 'AAAB'}", 2, 3, 2, 0.5, "ads"],
        ["05593-00001", "{'AAAB', 'AACD'}", 2, 2, 2, 1, "ads"],
        ["05593-00001", "{'AAAB', 'AACD'}", 2, 2, 2, 0, "ads"],
        ["05593-00001", "{'AACD'}", 3, 1, 1, 0, "raas"],
        ["05593-00001", "{'AACD'}", 3, "many", 1, 0, "raas"],
      ]),
    );
    await readTraces(dataset, [path]);
    expect(await readLedger(dataset)).toMatchObject({
      read: 6,
      accepted: 5,
      rejected: 1,
      rules: [{ rule: "bad-number", example: 6 }],
    });
    const structure = await readMetaStructure(dataset);
    expect(structure).toEqual({
      parents: [
        {
          profile: "ads",
          parent: "05593-00001",
          invocations: 4,
          childrenSets: [
            {
              children: ["AAAB", "AACD"],
              invocations: 3,
              calls: [
                { count: 2, invocations: 2 },
                { count: 3, invocations: 1 },
              ],
              concurrency: 0.5,
            },
            { children: [], invocations: 1, calls: [{ count: 0, invocations: 1 }], concurrency: 0 },
          ],
        },
        {
          profile: "raas",
          parent: "05593-00001",
          invocations: 1,
          childrenSets: [{ children: ["AACD"], invocations: 1, calls: [{ count: 1, invocations: 1 }], concurrency: 0 }],
        },
      ],
      shapes: [],
      services: [],
    });
  });

  it("tells the shapes of traces", async () => {
    const rows = Array.from({ length: 101 }, (_, i) => [i, i + 1, i % 5, `${i}.0`, "fetch"]);
    const header = ["trace_size", "num_services", "call_depth", "max_width", "profile"];
    await readTraces(dataset, [folder.write("trace-data.csv", csv([header, ...rows]))]);
    expect((await readMetaStructure(dataset))!.shapes).toEqual([
      {
        profile: "fetch",
        traces: 101,
        size: [0, 25, 50, 75, 90, 99, 100],
        services: [1, 26, 51, 76, 91, 100, 101],
        depth: [0, 1, 2, 3, 4, 4, 4],
        width: [0, 25, 50, 75, 90, 99, 100],
      },
    ]);
  });

  it("knows that there are no summaries among spans", async () => {
    const header = ["trace", "id", "parent", "service", "operation", "start", "duration"];
    await readTraces(dataset, [folder.write("spans.csv", csv([header, ["t", "a", "", "s", "o", 1, 2]]))]);
    expect(await readMetaStructure(dataset)).toBeNull();
  });
});

describeWithDatasets("readMetaStructure on the published summaries", (datasets) => {
  it("counts services and their dependencies", async () => {
    await readTraces(dataset, [join(datasets, "meta")]);
    const [, ...lines] = readFileSync(join(datasets, "meta", "service-characteristics.csv"), "utf8")
      .trimEnd()
      .split("\n");
    const { services, parents } = (await readMetaStructure(dataset))!;
    const fields = lines.map((line) => line.split(","));
    expect(services.map(({ type }) => type)).toEqual(["illfitting", "regular"]);
    for (const each of services) {
      const own = fields.filter(([type]) => type === each.type);
      expect(each.services).toBe(own.length);
      expect(each.dependencies).toBe(own.reduce((sum, row) => sum + Number(row[8]), 0));
      expect(each.fanIn.at(-1)).toBe(Math.max(...own.map((row) => Number(row[7]))));
      expect(each.endpoints).toBeGreaterThan(0);
    }
    expect(services.reduce((sum, each) => sum + each.services, 0)).toBe(18_571);
    expect(parents).toEqual([]);
  });
});
