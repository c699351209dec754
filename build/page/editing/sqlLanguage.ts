import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { keywordCompletionSource, PostgreSQL, schemaCompletionSource } from "@codemirror/lang-sql";
import type { Extension } from "@codemirror/state";

/**
 * SQL with completion of keywords, of tables and columns (asked for anew each time, since traces may have been read
 * meanwhile), and between `${` and `}` of the notebook's names.
 */
export function sqlLanguage(names: readonly string[], tables: () => Promise<Record<string, string[]>>): Extension {
  const keywords = keywordCompletionSource(PostgreSQL, true);
  const given = (source: typeof keywords) => (context: CompletionContext) =>
    isInterpolated(context) ? null : source(context);
  const complete = (autocomplete: (context: CompletionContext) => unknown) =>
    PostgreSQL.language.data.of({ autocomplete });
  return [
    PostgreSQL.language,
    complete(given(keywords)),
    complete(
      given(async (context) => {
        const schema = await tables().catch(() => ({}));
        return completeColumns(context, schema) ?? schemaCompletionSource({ dialect: PostgreSQL, schema })(context);
      }),
    ),
    complete((context) => (isInterpolated(context) ? completeNames(context, names) : null)),
  ];
}

/** Whether the place is between `${` and its `}`. */
function isInterpolated(context: CompletionContext): boolean {
  return context.matchBefore(/\$\{[^}]*$/) !== null;
}

function completeNames(context: CompletionContext, names: readonly string[]): CompletionResult | null {
  const word = context.matchBefore(/[\p{L}\p{N}_$]*$/u);
  const from = Math.max(word?.from ?? context.pos, context.matchBefore(/\$\{[^}]*$/)!.from + 2);
  return { from, options: names.map((label) => ({ label, type: "variable" })) };
}

/** A bare word may be a column of any table that the text names. */
function completeColumns(context: CompletionContext, tables: Record<string, string[]>): CompletionResult | null {
  const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*$/u);
  if (!word || /[."']/.test(context.state.sliceDoc(word.from - 1, word.from))) return null;
  const written = new Set(context.state.doc.toString().match(/[\p{L}_][\p{L}\p{N}_]*/gu));
  const columns = new Map<string, Completion>();
  for (const [table, list] of Object.entries(tables)) {
    if (!written.has(table)) continue;
    for (const label of list) columns.set(label, { label, type: "property", detail: table });
  }
  const own = Object.keys(tables).map((label) => ({ label, type: "type", detail: "table" }));
  return { from: word.from, options: [...own, ...columns.values()], validFor: /^[\p{L}\p{N}_]*$/u };
}
