import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "codemirror";
import type { CellFunction } from "../../listCellFunctions.ts";

/** Completes the functions that cells may import; the one that is chosen is imported as well. */
export function completeCellFunctions(functions: () => Promise<readonly CellFunction[]>) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\p{L}_$][\p{L}\p{N}_$]*/u);
    if (!word || /[."']/.test(context.state.sliceDoc(word.from - 1, word.from))) return null;
    const options = (await functions()).map(completion);
    return options.length > 0 ? { from: word.from, options, validFor: /^[\p{L}\p{N}_$]*$/u } : null;
  };
}

function completion({ name, from, about }: CellFunction): Completion {
  return {
    label: name,
    type: "function",
    detail: from,
    info: about || undefined,
    apply(view: EditorView, _: Completion, start: number, end: number) {
      const line = importOf(name, from, view.state.doc.toString());
      const cursor = start + line.length + name.length;
      const written = { from: start, to: end, insert: name };
      view.dispatch({
        changes: line === "" ? written : [{ from: 0, insert: line }, written],
        selection: { anchor: cursor },
      });
    },
  };
}

/** The line that imports a function into a source; empty where the source has the name already. */
export function importOf(name: string, from: string, source: string): string {
  const known = new RegExp(`\\bimport\\b[^;]*[{,\\s]${name.replaceAll("$", "\\$")}[},\\s][^;]*\\bfrom\\b`);
  return known.test(source) ? "" : `import { ${name} } from "${from}";\n`;
}
