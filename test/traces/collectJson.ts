import type { Table } from "apache-arrow";
import type { Engine } from "../../lib/engine/engine.ts";
import type { JsonFormat } from "../../lib/traces/jsonFormat.ts";
import { readJson } from "../../lib/traces/readJson.ts";

/** A row as plain values; BIGINT columns are bigint. */
export type Row = Record<string, unknown>;

export interface Collected {
  rows: number;
  accepted: number;
  records: Row[];
  rejected: Row[];
  ledger: Row[];
  /** The ledger as `action rule` to rows. */
  rules: Record<string, number>;
}

/** Reads chunks of bytes as a file, with an engine that keeps what is inserted instead of running SQL. */
export async function collectJson(format: JsonFormat, ...chunks: (Uint8Array | string)[]): Promise<Collected> {
  const tables: Record<string, Row[]> = { records: [], rejected: [], ledger: [] };
  const engine: Pick<Engine, "open" | "insert" | "query"> = {
    async open() {
      return new ReadableStream<Uint8Array>({
        start(controller) {
          for (const chunk of chunks) {
            controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
          }
          controller.close();
        },
      });
    },
    async insert(table, rows) {
      const [, name] = table.match(/"(\w+)"$/)!;
      for (const row of rows) tables[name!]!.push(row.toJSON());
    },
    async query(sql) {
      const [, name] = sql.match(/DELETE FROM "d"\."(\w+)" WHERE file = \?/)!;
      tables[name!]!.length = 0;
      return undefined as unknown as Table;
    },
  };
  const read = await readJson({ engine: engine as Engine, schema: "d" }, { file: 3, path: "memory", format });
  const { records, rejected, ledger } = tables as Pick<Collected, "records" | "rejected" | "ledger">;
  const rules = Object.fromEntries(ledger.map((row) => [`${row.action} ${row.rule}`, Number(row.rows_counted)]));
  return { ...read, records, rejected, ledger, rules };
}

/** read = accepted + merged + rejected, and the tables agree with the counts. */
export function isBalanced({ rows, accepted, records, rejected, ledger }: Collected): boolean {
  const counted = (action: string) =>
    ledger.filter((row) => row.action === action).reduce((sum, row) => sum + Number(row.rows_counted), 0);
  return (
    rows === accepted + counted("merged") + counted("rejected") &&
    records.length === accepted &&
    rejected.length === counted("rejected") &&
    [...records, ...rejected].every(({ row }) => Number(row) >= 1 && Number(row) <= rows) &&
    new Set([...records, ...rejected].map(({ row }) => row)).size === records.length + rejected.length
  );
}
