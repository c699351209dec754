import type { Engine, EngineFile } from "../engine/engine.ts";
import { type ColumnMapping, mappedColumns } from "./columnMapping.ts";
import { csvHeader } from "./csvHeader.ts";
import { jaeger } from "./jaeger.ts";
import type { JsonFormat } from "./jsonFormat.ts";
import { type Compression, readHead } from "./openContent.ts";
import { otlp } from "./otlp.ts";
import { matchColumns, type TabularFormat, tabularFormats } from "./tabularFormats.ts";
import { zipkin } from "./zipkin.ts";

/** The file is of another kind than traces: no damage, where it lies in a folder beside them. */
export class NotTraces extends Error {}

export type FormatName = TabularFormat | "mapped" | JsonFormat["name"];

/** A file that can be read, and how. */
export type Detected =
  | { format: JsonFormat["name"]; json: JsonFormat }
  | { format: TabularFormat | "mapped"; table: TableFile };

/** A file of rows, or an engine's own table. */
export interface TableFile {
  container: "csv" | "parquet" | "table";
  columns: string[];
  delimiter: string;
  compression: Compression;
}

const jsonFormats: readonly JsonFormat[] = [jaeger, zipkin, otlp];

/** The names that `format` may have, beside `auto`. */
export const formatNames: readonly FormatName[] = [
  ...(Object.keys(tabularFormats) as TabularFormat[]),
  "mapped",
  ...jsonFormats.map(({ name }) => name),
];

/**
 * Finds how a file is to be read, from its content alone: compression and Parquet by their magic numbers, JSON by its
 * keys, CSV by its header, a table of the engine by its columns. A format other than `auto`, or a column mapping, decides instead of the content. Throws an
 * Error of one line, which does not name the file, where the file holds no traces that can be read.
 */
export async function detectFormat(
  engine: Engine,
  { path, columns }: Pick<EngineFile, "path" | "columns">,
  wanted: FormatName | "auto" = "auto",
  mapping?: ColumnMapping,
): Promise<Detected> {
  if (columns) {
    const table: TableFile = { container: "table", columns: [...columns], delimiter: ",", compression: "none" };
    return { format: tableFormat(columns, wanted, mapping), table };
  }
  const { bytes, compression, whole } = await readHead(engine, path);
  if (bytes.length === 0) throw new Error("empty file, a CSV, JSON or Parquet of traces is expected");
  const parquet = startsWith(bytes, "PAR1");
  const json = parquet ? undefined : jsonFormats.find(({ name }) => name === wanted);
  if (json) return { format: json.name, json };
  if (parquet) {
    if (compression !== "none") throw new Error(`Parquet within ${compression}, plain Parquet is expected`);
    const scan = await engine.scan(path, { format: "parquet" });
    await scan.release();
    const table: TableFile = { container: "parquet", columns: scan.columns, delimiter: ",", compression };
    return { format: tableFormat(scan.columns, wanted, mapping), table };
  }
  const text = new TextDecoder().decode(bytes, { stream: true });
  if (/^\uFEFF?\s*[[{]/.test(text) && wanted === "auto") {
    const found = jsonFormats.find((format) => format.detects(text));
    if (found) return { format: found.name, json: found };
    throw new NotTraces("JSON, but neither Jaeger, Zipkin v2 nor OTLP");
  }
  const line = text.match(/^[^\r\n]*/)![0];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell binary data from text
  if (/[\u0000-\u0008\u000E-\u001F\uFFFD]/.test(line)) throw new Error("binary data, neither CSV, JSON nor Parquet");
  if (line.length === text.length && !whole) throw new Error("no CSV header, the first line is longer than 64 kB");
  const header = csvHeader(text);
  if (header === null) throw new Error("no CSV header, the first line is empty");
  const { columns: names, delimiter } = header;
  if (names.length === 1 && mapping === undefined) {
    throw new NotTraces(`no CSV, JSON or Parquet of traces, the first line is ${JSON.stringify(line.slice(0, 60))}`);
  }
  const format = tableFormat(names, wanted, mapping);
  if (delimiter !== "," && format !== "mapped") {
    throw new Error(`columns separated by ${JSON.stringify(delimiter)}, a comma is expected`);
  }
  if (/^[^\r\n]*\s*$/.test(text) && whole) throw new Error("a header and no rows");
  return { format, table: { container: "csv", columns: names, delimiter, compression } };
}

function tableFormat(columns: readonly string[], wanted: FormatName | "auto", mapping?: ColumnMapping) {
  if (mapping) {
    const missing = mappedColumns(mapping).filter((column) => !columns.includes(column));
    if (missing.length === 0) return "mapped";
    throw new Error(`lacks column ${missing.join(", ")} of the mapping; it has ${columns.join(", ")}`);
  }
  if (wanted === "mapped") throw new Error("the format `mapped` needs a column mapping");
  if (wanted === "auto") {
    const match = matchColumns(columns);
    if ("reason" in match) throw match.near ? new Error(match.reason) : new NotTraces(match.reason);
    return match.format;
  }
  if (!(wanted in tabularFormats)) throw new Error(`a table, not ${wanted}`);
  const format = wanted as TabularFormat;
  const present = new Set(columns.map((column) => column.trim().toLowerCase()));
  const missing = tabularFormats[format].columns.filter((column) => !present.has(column.toLowerCase()));
  if (missing.length === 0) return format;
  throw new Error(`lacks column ${missing.join(", ")}, which ${tabularFormats[format].title} needs`);
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return [...magic].every((character, i) => bytes[i] === character.charCodeAt(0));
}
