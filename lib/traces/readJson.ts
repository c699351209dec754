import type { Dataset } from "./dataset.ts";
import type { JsonFormat } from "./jsonFormat.ts";
import { JsonSplitter } from "./jsonSplitter.ts";
import { openContent } from "./openContent.ts";
import { RecordWriter } from "./recordWriter.ts";

export interface JsonFile {
  /** Index of the file in `files`. */
  file: number;
  path: string;
  format: JsonFormat;
}

export interface ReadJsonOptions {
  /** Tags of spans to keep in the table `properties`. */
  properties?: readonly string[];
  signal?: AbortSignal;
  /** Told the number of bytes read so far, after decompression. */
  onProgress?: (bytes: number) => void;
}

export interface JsonRead {
  /** Records read: accepted + merged + rejected. */
  rows: number;
  accepted: number;
}

const lenient = new TextDecoder("utf-8");
const strict = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads a JSON file (plain, gzip or zstd, by its first bytes) into `records` (see records.ts; starts in ns since 1970,
 * `row` the number of the record from 1), its rejected records into `rejected`, and the counts of all rules, those of
 * rejected records too, into `ledger`. The row of `files` is the caller's. A document is never held as a whole, so that
 * its length has no limit; a single element (see JsonFormat) of more than 128 MB is rejected as `oversized-record`.
 * An element that is no JSON is one record, `invalid-json`, and so is what remains where a document breaks off
 * (`truncated-json`). Throws an Error of one line, which does not name the file, where the file cannot be read or is of
 * a refused version; nothing of it is in the tables then.
 */
export async function readJson(
  dataset: Dataset,
  { file, path, format }: JsonFile,
  { properties = [], signal, onProgress }: ReadJsonOptions = {},
): Promise<JsonRead> {
  signal?.throwIfAborted();
  const { stream } = await openContent(dataset.engine, path);
  const reader = stream.getReader();
  const writer = new RecordWriter(dataset, file, new Set(properties));
  const splitter = new JsonSplitter(format.containers, {
    element: (bytes) => readElement(bytes, format, writer),
    broken: (rule, beginning) => writer.reject(rule, "", lenient.decode(beginning)),
  });
  try {
    let next = reader.read();
    for (let bytes = 0; ; ) {
      const { value, done } = await next;
      signal?.throwIfAborted();
      if (done) break;
      // The next chunk is read and decompressed while this one is parsed.
      next = reader.read();
      next.catch(() => {});
      splitter.push(value);
      await writer.flush();
      bytes += value.length;
      onProgress?.(bytes);
    }
    splitter.end();
    await writer.finish();
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    await writer.discard();
    throw error;
  }
  return { rows: writer.rows, accepted: writer.accepted };
}

function readElement(bytes: Uint8Array, format: JsonFormat, writer: RecordWriter): void {
  let text: string;
  let replaced = false;
  try {
    text = strict.decode(bytes);
  } catch {
    text = lenient.decode(bytes);
    replaced = true;
  }
  let element: unknown;
  try {
    element = format.parse ? format.parse(text) : JSON.parse(text);
  } catch {
    writer.reject("invalid-json", "", text.slice(0, 200));
    return;
  }
  writer.suspect = replaced ? "replaced bytes" : text.includes("\\u") ? "escapes" : "no";
  format.read(element, writer);
}
