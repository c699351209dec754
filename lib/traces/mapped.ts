import type { ColumnMapping } from "./columnMapping.ts";
import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { Column, Columns, RowCheck, RowExpressions, RowFormat } from "./rowFormat.ts";
import { spanKind } from "./spanKindSql.ts";
import { nanosecondsOf } from "./timeSql.ts";
import { nameOrUnknown } from "./unknownName.ts";

/** Any table of spans whose columns a mapping names. */
export const mapped: RowFormat = (columns, mapping) => mappedRow(columns, mapping!);

/** Palette's own span table, as simulated traces are written: times in µs. */
export const spans: RowFormat = (columns) => {
  const { values, checks } = mappedRow(columns, {
    trace: "trace",
    span: "id",
    parent: "parent",
    service: "service",
    operation: "operation",
    start: "start",
    duration: "duration",
    ...optional(columns, { kind: "kind", error: "error", peer: "peer" }),
    ...optional(columns, { requestBytes: "request_bytes", responseBytes: "response_bytes" }),
  });
  const [caller, follows] = [columns("caller_duration"), columns("follows")];
  if (caller) values.caller_duration = `TRY_CAST(${caller.sql} AS DOUBLE)`;
  if (follows) values.follows = truth(follows);
  return { values, checks };
};

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function optional<T extends Record<string, string>>(columns: Columns, names: T): Partial<T> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => columns(name))) as Partial<T>;
}

function mappedRow(columns: Columns, mapping: ColumnMapping): RowExpressions {
  const of = (name: string | undefined) => (name === undefined ? null : columns(name));
  const [trace, id, parent] = [of(mapping.trace)!, of(mapping.span)!, of(mapping.parent)];
  const start = of(mapping.start)!;
  const startNs = nanosecondsOf(start, mapping.startUnit ?? "us");
  const checks = [presenceCheck("missing-trace-id", trace), presenceCheck("missing-span-id", id)];
  checks.push(numberCheck(start, startNs));
  const bytes = (name: string | undefined) => {
    const column = of(name);
    if (column === null) return undefined;
    const value = `TRY_CAST(${column.sql} AS DOUBLE)`;
    checks.push({
      rule: "bad-number",
      column,
      fails: `${column.sql}::VARCHAR <> '' AND NOT coalesce(${value} >= 0, false)`,
    });
    return value;
  };
  const [kind, error, peer] = [of(mapping.kind), of(mapping.error), of(mapping.peer)];
  const values = defined({
    trace: text(trace),
    id: text(id),
    parent: parent ? `CASE WHEN ${text(parent)} IN ('', 'root') THEN NULL ELSE ${text(parent)} END` : undefined,
    service: nameOrUnknown(text(of(mapping.service)!)),
    operation: nameOrUnknown(text(of(mapping.operation)!)),
    kind: kind ? spanKind(kind.sql) : undefined,
    start_ns: startNs,
    duration: durationOf(mapping, columns, startNs, checks),
    error: error ? truth(error) : undefined,
    peer: peer ? `nullif(${text(peer)}, '')` : undefined,
    request_bytes: bytes(mapping.requestBytes),
    response_bytes: bytes(mapping.responseBytes),
  });
  const properties = (mapping.properties ?? []).map((name) => [name, `${of(name)!.sql}::VARCHAR`]);
  return { values, checks, properties: Object.fromEntries(properties) };
}

function durationOf(mapping: ColumnMapping, columns: Columns, startNs: string, checks: RowCheck[]): string {
  if (mapping.duration !== undefined) {
    const column = columns(mapping.duration)!;
    const length = nanosecondsOf(column, mapping.durationUnit ?? "us");
    checks.push(numberCheck(column, length), { rule: "negative-duration", column, fails: `${length} < 0` });
    return `(${length})::DOUBLE / 1000`;
  }
  if (mapping.end === undefined) throw new Error("the column mapping names neither a duration nor an end");
  const column = columns(mapping.end)!;
  const endNs = nanosecondsOf(column, mapping.endUnit ?? mapping.startUnit ?? "us");
  checks.push(numberCheck(column, endNs), { rule: "end-before-start", column, fails: `${endNs} < ${startNs}` });
  return `(${endNs}::HUGEINT - ${startNs})::DOUBLE / 1000`;
}

function text({ sql, type }: Column): string {
  return type === "VARCHAR" ? sql : `${sql}::VARCHAR`;
}

function truth({ sql }: Column): string {
  return `coalesce(lower(${sql}::VARCHAR) IN ('true', 't', '1', 'error', 'status_code_error'), false)`;
}
