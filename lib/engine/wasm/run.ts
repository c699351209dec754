import type { AsyncDuckDB, AsyncDuckDBConnection } from "@duckdb/duckdb-wasm";
import { RecordBatchReader, type Table } from "apache-arrow";
import { plainTable } from "../arrow/plainTable.ts";
import type { Parameter, QueryOptions } from "../engine.ts";
import { oneLine, severalStatements } from "../oneLine.ts";
import { literal } from "../sql.ts";

/** Runs one statement on a connection that nothing else uses meanwhile. */
export async function run(
  connection: AsyncDuckDBConnection,
  sql: string,
  parameters: readonly Parameter[] = [],
  { signal }: QueryOptions = {},
): Promise<Table> {
  signal?.throwIfAborted();
  const abort = () => void connection.cancelSent().catch(() => {});
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await refuseSeveral(connection.bindings, sql);
    if (parameters.length > 0) await connection.query(`PREPARE parameterised AS ${sql}`);
    const bound = parameters.length > 0 ? `EXECUTE parameterised(${parameters.map(constant).join(", ")})` : sql;
    signal?.throwIfAborted();
    const chunks = await connection.useUnsafe((database, id) => send(database, id, bound, signal));
    const reader = RecordBatchReader.from(chunks).open();
    const { schema } = reader;
    return plainTable(schema, reader.readAll());
  } catch (error) {
    signal?.throwIfAborted();
    throw oneLine(error);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

/**
 * A statement's result as pieces of an Arrow IPC stream. DuckDB's own reader is not used, since it may come with another
 * copy of Arrow, whose tables are none to this one. Only what is sent, and polled for, can be cancelled.
 */
async function send(database: AsyncDuckDB, id: number, sql: string, signal?: AbortSignal): Promise<Uint8Array[]> {
  let header = await database.startPendingQuery(id, sql);
  while (header === null) header = await database.pollPendingQuery(id);
  const chunks = [header];
  for (;;) {
    signal?.throwIfAborted();
    const chunk = await database.fetchQueryResults(id);
    if (chunk?.length === 0) return chunks;
    if (chunk) chunks.push(chunk);
  }
}

/** DuckDB in WebAssembly would run them all and give the last one's rows. */
async function refuseSeveral(database: AsyncDuckDB, sql: string): Promise<void> {
  if (!sql.trimEnd().slice(0, -1).includes(";")) return;
  const bytes = new TextEncoder().encode(sql);
  const { offsets, types } = await database.tokenize(sql);
  const isSemicolon = offsets.map((offset, i) => (types[i] as number) === operator && bytes[offset] === 0x3b);
  const isComment = types.map((type) => (type as number) === comment);
  const first = isSemicolon.indexOf(true);
  const more = offsets.some((_, i) => first >= 0 && i > first && !isSemicolon[i] && !isComment[i]);
  if (more) throw new Error(severalStatements);
}

/** Types of DuckDB's tokens. */
const operator = 3;
const comment = 5;

/** A parameter as a constant of SQL. */
function constant(value: Parameter): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return value.split("\0").map(literal).join(" || chr(0) || ");
  if (typeof value === "number" && !Number.isSafeInteger(value)) return `${literal(String(value))}::DOUBLE`;
  const integer = BigInt(value);
  return `${literal(String(integer))}::${BigInt.asIntN(64, integer) === integer ? "BIGINT" : "HUGEINT"}`;
}
