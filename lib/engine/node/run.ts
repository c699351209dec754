import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";
import type { Table } from "apache-arrow";
import type { Parameter, QueryOptions } from "../engine.ts";
import { oneLine } from "../oneLine.ts";
import { tableFromResult } from "./tableFromResult.ts";

/** Milliseconds between two looks at a query's progress. */
const progressInterval = 100;

/** Milliseconds between two interrupts of a query that is to end. */
const interruptInterval = 20;

/** Runs one statement on a connection that nothing else uses meanwhile. */
export async function run(
  connection: DuckDBConnection,
  sql: string,
  parameters: readonly Parameter[] = [],
  { signal, onProgress }: QueryOptions = {},
): Promise<Table> {
  signal?.throwIfAborted();
  let interrupting: ReturnType<typeof setInterval> | undefined;
  const abort = () => {
    connection.interrupt();
    // A statement that its thread has not begun yet forgets the first interrupt.
    interrupting = setInterval(() => connection.interrupt(), interruptInterval);
  };
  signal?.addEventListener("abort", abort, { once: true });
  const timer = onProgress && setInterval(() => reportProgress(connection, onProgress), progressInterval);
  try {
    const statement = await connection.prepare(sql);
    try {
      for (const [i, value] of parameters.entries()) bind(statement, i + 1, value);
      signal?.throwIfAborted();
      const table = await tableFromResult(await statement.run(), signal);
      onProgress?.(1);
      return table;
    } finally {
      statement.destroySync();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw oneLine(error);
  } finally {
    clearInterval(timer);
    clearInterval(interrupting);
    signal?.removeEventListener("abort", abort);
  }
}

function reportProgress(connection: DuckDBConnection, onProgress: (share: number) => void): void {
  const { percentage } = connection.progress;
  if (percentage >= 0) onProgress(Math.min(1, percentage / 100));
}

/** A whole number binds as BIGINT (HUGEINT where it must), any other as DOUBLE. */
function bind(statement: DuckDBPreparedStatement, position: number, value: Parameter): void {
  if (value === null) statement.bindNull(position);
  else if (typeof value === "string") statement.bindVarchar(position, value);
  else if (typeof value === "boolean") statement.bindBoolean(position, value);
  else if (typeof value === "number" && !Number.isSafeInteger(value)) statement.bindDouble(position, value);
  else {
    const integer = BigInt(value);
    if (BigInt.asIntN(64, integer) === integer) statement.bindBigInt(position, integer);
    else statement.bindHugeInt(position, integer);
  }
}
