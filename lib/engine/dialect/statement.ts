import { nameParts } from "../sql.ts";
import { splitClauses } from "./splitClauses.ts";

/**
 * A statement as the few things that every engine can do. `query` is SQL for a query's rows. Updates, deletions and new
 * columns replace a table by a query over it, which engines whose tables cannot change can do too.
 */
export type Statement =
  | { kind: "query"; query: string }
  | { kind: "create"; table: string[]; query: string; existing: "fail" | "keep" | "replace" }
  | { kind: "view"; table: string[]; query: string }
  | { kind: "define"; table: string[]; columns: [name: string, type: string][]; existing: "fail" | "keep" | "replace" }
  | { kind: "insert"; table: string[]; query: string }
  | { kind: "delete"; table: string[]; where: string }
  | {
      kind: "update";
      table: string[];
      alias: string;
      set: [column: string, value: string][];
      from?: string;
      where?: string;
    }
  | { kind: "add"; table: string[]; column: string; type: string }
  | { kind: "drop"; table: string[] }
  | { kind: "createSchema" | "dropSchema"; schema: string };

const name = String.raw`((?:"(?:[^"]|"")*"|\w+)(?:\.(?:"(?:[^"]|"")*"|\w+))*)`;
const pattern = (text: string) => new RegExp(`^${text.replaceAll("NAME", name)}$`, "is");
const forms = {
  createAs: pattern(String.raw`CREATE (OR REPLACE )?TABLE (IF NOT EXISTS )?NAME AS\s+(.*)`),
  view: pattern(String.raw`CREATE VIEW NAME AS\s+(.*)`),
  define: pattern(String.raw`CREATE (OR REPLACE )?TABLE (IF NOT EXISTS )?NAME \((.*)\)`),
  insert: pattern(String.raw`INSERT INTO NAME\s(.*)`),
  remove: pattern("DELETE FROM NAME(?: WHERE (.*))?"),
  update: pattern(String.raw`UPDATE NAME(?: AS (\w+))?\s+SET\s(.*)`),
  add: pattern(String.raw`ALTER TABLE NAME ADD COLUMN NAME (\w+)`),
  drop: pattern("DROP TABLE (?:IF EXISTS )?NAME"),
  createSchema: pattern("CREATE SCHEMA (?:IF NOT EXISTS )?NAME"),
  dropSchema: pattern("DROP SCHEMA (?:IF EXISTS )?NAME CASCADE"),
};

/** Takes a statement of the project's SQL apart. Throws an Error of one line for one of another form. */
export function statementOf(sql: string): Statement {
  const text = sql.trim().replace(/;\s*$/, "");
  if (/^(SELECT|WITH|FROM|VALUES|\()/i.test(text)) return { kind: "query", query: text };
  let found = text.match(forms.createAs);
  if (found) return { kind: "create", table: nameParts(found[3]!), query: found[4]!, existing: existing(found) };
  found = text.match(forms.view);
  if (found) return { kind: "view", table: nameParts(found[1]!), query: found[2]! };
  found = text.match(forms.define);
  if (found)
    return { kind: "define", table: nameParts(found[3]!), columns: columnsOf(found[4]!), existing: existing(found) };
  found = text.match(forms.insert);
  if (found) return { kind: "insert", table: nameParts(found[1]!), query: valuesQuery(found[2]!) };
  found = text.match(forms.remove);
  if (found) return { kind: "delete", table: nameParts(found[1]!), where: found[2] ?? "true" };
  found = text.match(forms.update);
  if (found) return update(found);
  found = text.match(forms.add);
  if (found) return { kind: "add", table: nameParts(found[1]!), column: nameParts(found[2]!)[0]!, type: found[3]! };
  found = text.match(forms.drop);
  if (found) return { kind: "drop", table: nameParts(found[1]!) };
  found = text.match(forms.createSchema);
  if (found) return { kind: "createSchema", schema: nameParts(found[1]!)[0]! };
  found = text.match(forms.dropSchema);
  if (found) return { kind: "dropSchema", schema: nameParts(found[1]!)[0]! };
  throw new Error(`no statement that every engine takes: ${text.slice(0, 60).replace(/\s+/g, " ")}`);
}

function existing(found: RegExpMatchArray): "fail" | "keep" | "replace" {
  return found[1] ? "replace" : found[2] ? "keep" : "fail";
}

function columnsOf(list: string): [string, string][] {
  return splitClauses(list, [","]).map(({ text }) => {
    const [, column, type] = text.trim().match(new RegExp(`^${name}\\s+(.+)$`, "s"))!;
    return [nameParts(column!)[0]!, type!];
  });
}

function valuesQuery(text: string): string {
  return /^VALUES\b/i.test(text) ? `SELECT * FROM (${text})` : text;
}

function update(found: RegExpMatchArray): Statement {
  const table = nameParts(found[1]!);
  const parts = new Map(
    splitClauses(`SET ${found[3]}`, ["SET", "FROM", "WHERE"]).map(({ word, text }) => [word, text]),
  );
  const set = splitClauses(parts.get("SET")!, [","]).map(({ text }): [string, string] => {
    const at = text.indexOf("=");
    return [nameParts(text.slice(0, at).trim())[0]!, text.slice(at + 1)];
  });
  const [from, where] = [parts.get("FROM"), parts.get("WHERE")];
  return {
    kind: "update",
    table,
    alias: found[2] ?? table.at(-1)!,
    set,
    ...(from ? { from } : {}),
    ...(where ? { where } : {}),
  };
}
