import { TableBuilder } from "../engine/tableBuilder.ts";
import { type Dataset, tableOf } from "./dataset.ts";
import type { JsonRecords, JsonSpan } from "./jsonFormat.ts";
import type { LedgerAction } from "./ledger.ts";
import { recordColumns } from "./records.ts";
import { unknownName } from "./unknownName.ts";

/** Rows, or characters of text, that are inserted at once. */
const [batchRows, batchText] = [65_536, 2 ** 25];

const rejectedColumns = {
  file: "INTEGER",
  row: "BIGINT",
  rule: "VARCHAR",
  column: "VARCHAR",
  value: "VARCHAR",
} as const;
const ledgerColumns = {
  file: "INTEGER",
  rule: "VARCHAR",
  action: "VARCHAR",
  rows_counted: "BIGINT",
  example: "BIGINT",
} as const;

const propertyColumns = {
  file: "INTEGER",
  row: "BIGINT",
  name: "VARCHAR",
  value: "DOUBLE",
  text: "VARCHAR",
} as const;

/** How much of a value that broke a rule is kept. */
const shown = 200;

/**
 * Numbers the records of one file and writes them: spans into `records`, rejected ones into `rejected`, and the count
 * of every rule into `ledger`. Characters that no table of ids and names should hold (NUL, halves of surrogate pairs)
 * are replaced by U+FFFD, and the record is counted as repaired.
 */
export class RecordWriter implements JsonRecords {
  /** Records so far. */
  rows = 0;
  accepted = 0;
  /** Whether texts may need repair: they have escapes, or bytes of the element were no UTF-8 and have been replaced. */
  suspect: "no" | "escapes" | "replaced bytes" = "no";
  private readonly dataset: Dataset;
  private readonly file: number;
  private spans = new TableBuilder(recordColumns);
  private rejected = new TableBuilder(rejectedColumns);
  private properties = new TableBuilder(propertyColumns);
  private readonly rules = new Map<string, { rule: string; action: LedgerAction; rows: number; example: number }>();

  constructor(
    dataset: Dataset,
    file: number,
    readonly wanted: ReadonlySet<string> = new Set(),
  ) {
    this.dataset = dataset;
    this.file = file;
  }

  accept(span: JsonSpan): void {
    this.rows++;
    this.accepted++;
    if (this.suspect !== "no") this.repair(span);
    if (span.service === null || span.operation === null) this.count("unknown-name", "repaired");
    this.spans.append([
      this.file,
      this.rows,
      span.trace,
      span.id,
      span.parent,
      span.service ?? unknownName,
      span.operation ?? unknownName,
      span.kind,
      span.duration,
      null,
      span.error,
      span.follows,
      span.peer,
      span.requestBytes,
      span.responseBytes,
      span.start,
    ]);
    for (const [name, text] of span.properties ?? []) {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      this.properties.append([this.file, this.rows, name, Number.isFinite(number) ? number : null, text]);
    }
  }

  reject(rule: string, column: string, value: unknown): void {
    this.rows++;
    this.count(rule, "rejected");
    this.rejected.append([this.file, this.rows, rule, column, preview(value)]);
  }

  merge(rule: string): void {
    this.rows++;
    this.count(rule, "merged");
  }

  mark(rule: string, action: "repaired" | "noted"): void {
    this.count(rule, action);
  }

  /** Inserts what has come together, where it suffices for a batch. */
  async flush(): Promise<void> {
    if (this.spans.length >= batchRows || this.spans.textLength >= batchText) await this.insertSpans();
    if (this.rejected.length >= batchRows) await this.insertRejected();
    if (this.properties.length >= batchRows) await this.insertProperties();
  }

  /** Inserts what is left, and the ledger. */
  async finish(): Promise<void> {
    await this.insertSpans();
    await this.insertRejected();
    await this.insertProperties();
    const ledger = new TableBuilder(ledgerColumns);
    for (const { rule, action, rows, example } of this.rules.values()) {
      ledger.append([this.file, rule, action, rows, example]);
    }
    if (ledger.length > 0) await this.dataset.engine.insert(tableOf(this.dataset, "ledger"), ledger.finish());
  }

  /** Takes back what was inserted. */
  async discard(): Promise<void> {
    const tables = ["records", "rejected", "ledger", ...(this.wanted.size > 0 ? ["properties"] : [])];
    for (const table of tables) {
      await this.dataset.engine.query(`DELETE FROM ${tableOf(this.dataset, table)} WHERE file = ?`, [this.file]);
    }
  }

  private count(rule: string, action: LedgerAction): void {
    const key = `${action} ${rule}`;
    const counted = this.rules.get(key);
    if (counted) counted.rows++;
    else this.rules.set(key, { rule, action, rows: 1, example: this.rows });
  }

  private repair(span: JsonSpan): void {
    const rules = new Set<string>();
    for (const field of ["trace", "id", "parent", "service", "operation", "peer"] as const) {
      const text = span[field];
      if (text === null) continue;
      if (text.includes("\0")) rules.add("nul-in-text");
      if (/\p{Surrogate}/u.test(text) || (this.suspect === "replaced bytes" && text.includes("\uFFFD"))) {
        rules.add("invalid-unicode");
      }
      span[field] = text.replace(/\0|\p{Surrogate}/gu, "\uFFFD");
    }
    for (const rule of rules) this.count(rule, "repaired");
  }

  private async insertSpans(): Promise<void> {
    if (this.spans.length === 0) return;
    const table = this.spans.finish();
    this.spans = new TableBuilder(recordColumns);
    await this.dataset.engine.insert(tableOf(this.dataset, "records"), table);
  }

  private async insertRejected(): Promise<void> {
    if (this.rejected.length === 0) return;
    const table = this.rejected.finish();
    this.rejected = new TableBuilder(rejectedColumns);
    await this.dataset.engine.insert(tableOf(this.dataset, "rejected"), table);
  }

  private async insertProperties(): Promise<void> {
    if (this.properties.length === 0) return;
    const table = this.properties.finish();
    this.properties = new TableBuilder(propertyColumns);
    await this.dataset.engine.insert(tableOf(this.dataset, "properties"), table);
  }
}

function preview(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "object") return Array.isArray(value) ? "[…]" : "{…}";
  const text = String(value).replace(/\0|\p{Surrogate}/gu, "\uFFFD");
  return text.length > shown ? `${text.slice(0, shown)}…` : text;
}
