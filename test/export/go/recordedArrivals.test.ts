import { afterAll, expect, it } from "vitest";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import { buildExecutions } from "../../../lib/executions/buildExecutions.ts";
import { recordedArrivals } from "../../../lib/export/go/recordedArrivals.ts";
import { insertSpans, type SpanLiteral } from "../../executions/insertSpans.ts";

const engine = await openDuckDBNode({ threads: 1 });
afterAll(() => engine.close());

const entry = (trace: string, api: string, start: number): SpanLiteral => ({
  ...{ id: `${trace}-root`, trace, api, at: [start, start + 100] },
});

it("lists when traces arrived and where, without the pauses between recordings, and no calls below", async () => {
  const spans = [
    entry("c", 'a say "hi", you', 2_000),
    entry("a", "b get", 1_000),
    { id: "child", trace: "a", parent: "a-root", api: "c put", at: [1_010, 1_020] as [number, number] },
    entry("d", "b get", 90e6),
    entry("e", "b get", 90e6 + 50),
  ];
  const dataset = await insertSpans(engine, spans);
  await buildExecutions(dataset);
  expect(await recordedArrivals(dataset)).toBe(
    'us,service,api\n0.0,"b","get"\n1000.0,"a","say ""hi"", you"\n1000.0,"b","get"\n1050.0,"b","get"\n',
  );
});
