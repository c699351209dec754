import { completeFromList } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { html } from "@codemirror/lang-html";
import { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Extension, Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";
import type { CellFunction } from "../../listCellFunctions.ts";
import { completeCellFunctions } from "./cellFunctions.ts";
import { sqlLanguage } from "./sqlLanguage.ts";

export interface CellEditorOptions {
  type: string;
  source: string;
  label: string;
  /** Names that may be completed. */
  names: readonly string[];
  /** The functions that the cell may import. */
  functions(): Promise<readonly CellFunction[]>;
  /** The columns of each table that an SQL cell may name. */
  tables(): Promise<Record<string, string[]>>;
  onChange(source: string): void;
  /** Run the cell; `next` asks to go on to the one below. */
  onRun(next: boolean): void;
  onLeave(): void;
}

/** An editor for one cell's source, with the highlighting and the completion of its type. */
export function openCellEditor(parent: Element, options: CellEditorOptions): EditorView {
  const { source, label, onChange, onRun, onLeave } = options;
  const does = (action: () => void) => () => {
    action();
    return true;
  };
  return new EditorView({
    parent,
    doc: source,
    extensions: [
      Prec.highest(
        keymap.of([
          { key: "Shift-Enter", run: does(() => onRun(true)) },
          { key: "Mod-Enter", run: does(() => onRun(false)) },
        ]),
      ),
      basicSetup,
      // After those of completion and search, which Escape closes first.
      keymap.of([{ key: "Escape", run: does(onLeave) }, indentWithTab]),
      language(options),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
      theme,
      syntaxHighlighting(colors),
    ],
  });
}

function language({ type, names, tables, functions }: CellEditorOptions): Extension {
  const complete = [
    completeFromList(names.map((label) => ({ label, type: "variable" }))),
    completeCellFunctions(functions),
  ].map((autocomplete) => javascriptLanguage.data.of({ autocomplete }));
  if (type === "application/sql") return sqlLanguage(names, tables);
  if (type === "text/markdown") return markdown();
  if (type === "text/html") return html();
  return [javascript({ typescript: type === "text/x-typescript" }), complete];
}

const theme = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--theme-background-alt)", borderRadius: "6px" },
  "&.cm-focused": { outline: "2px solid var(--theme-foreground-focus)" },
  ".cm-scroller": { fontFamily: "var(--monospace)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--theme-foreground)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--theme-foreground-faint)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--theme-background)", color: "var(--theme-foreground)" },
});

/** The colours of the page, light and dark. */
const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.null, tags.operatorKeyword], color: "var(--syntax-keyword)" },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: "var(--syntax-string)" },
  { tag: [tags.number, tags.bool, tags.literal, tags.url, tags.link], color: "var(--syntax-literal)" },
  { tag: [tags.definition(tags.variableName), tags.heading, tags.tagName], color: "var(--syntax-definition)" },
  { tag: [tags.comment, tags.meta], color: "var(--syntax-comment)" },
  { tag: tags.strong, fontWeight: "bold" },
  { tag: tags.emphasis, fontStyle: "italic" },
]);
