import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";
import type { BenchRow } from "./benchRow.ts";
import { bestOf } from "./bestOf.ts";

export const name = "Reading JSON traces into spans, MB of text a second";

const shared = process.env.PALETTE_DATASETS ?? fileURLToPath(new URL("../../../shared/datasets", import.meta.url));
const recording = fileURLToPath(new URL("../../datasets/recording/traces.jsonl.gz", import.meta.url));

/** Files by what they are; those of the public data are left out where they are absent. */
const files = [
  { measure: "OTLP JSON lines, gzip", path: recording },
  { measure: "Jaeger, one gzip document", path: `${shared}/traceweaver/media-load150.json.gz` },
].filter(({ path }) => existsSync(path));

/** Reads files from disk to the span table. The peer does no more than decompress and JSON.parse them. */
export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const engine = await openDuckDBNode();
  try {
    for (const { measure, path } of files) {
      const megabytes = gunzipSync(readFileSync(path)).length / 1e6;
      const ours = await bestOf(5, () => readTraces({ engine, schema: "bench" }, [path]));
      const parse = await bestOf(5, () => parseOnly(path));
      const peer = { name: "gunzip and JSON.parse", value: megabytes / parse };
      rows.push({ measure: `${measure}, ${megabytes.toFixed(1)} MB`, unit: "MB/s", ours: megabytes / ours, peer });
    }
  } finally {
    await engine.close();
  }
  return rows;
}

function parseOnly(path: string): unknown {
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  if (!path.includes(".jsonl")) return JSON.parse(text);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
