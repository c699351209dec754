import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { measuredCosts } from "../../../lib/export/go/calibrate.ts";

/** A call as the runtime records it: client and server span, ids from `call`, times in µs. */
function line(call: number, client: number, server: number, model: number): string {
  const span = (spanId: string, parentSpanId: string, kind: number, took: number, model: number) => ({
    ...{ spanId, parentSpanId, kind, startTimeUnixNano: "1700000000000000000" },
    endTimeUnixNano: String(1_700_000_000_000_000_000n + BigInt(took * 1000)),
    attributes: [{ key: "palette.model_us", value: { doubleValue: model } }],
  });
  const spans = [span(`c${call}`, "root", 3, client, model), span(`s${call}`, `c${call}`, 2, server, model)];
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "s" } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

const folder = mkdtempSync(join(tmpdir(), "palette-calibrate-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const path = join(folder, "spans.jsonl");
  writeFileSync(path, text);
  return path;
}

describe("measuredCosts", () => {
  it("takes medians of what client spans last beyond the server's, and of how late servers end", async () => {
    const calls = [
      [3300, 3010, 3000],
      [3210, 3010, 3000],
      [9000, 3004, 3000],
    ] as const;
    const text = calls.map((call, index) => line(index, call[0], call[1], call[2])).join("\n");
    expect(await measuredCosts(written(`${text}\n`))).toEqual({ hop: 290, wake: 10, calls: 3 });
  });

  it("is never below 0", async () => {
    expect(await measuredCosts(written(line(1, 2990, 2995, 3000)))).toMatchObject({ hop: 0, wake: 0 });
  });

  it("refuses a run without calls", async () => {
    await expect(measuredCosts(written("\n"))).rejects.toThrow("calibrate: the system recorded no call");
  });
});
