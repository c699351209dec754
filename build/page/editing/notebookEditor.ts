import type { EditorView } from "codemirror";
import type { SqlDatabase } from "../../../lib/engine/sqlDatabase.ts";
import type { CellFunction } from "../../listCellFunctions.ts";
import { type CellMarks, withMarks } from "../cellMarks.ts";
import {
  cellsOf,
  cellTypes,
  databaseOf,
  withCell,
  withMark,
  withMoved,
  withoutCell,
  withPinned,
  withSource,
  withType,
} from "../notebookText.ts";
import type { NotebookView } from "../notebookView.ts";
import type { Command } from "../shell/commandPalette.ts";
import type { CellActions } from "./cellActions.ts";
import { cellCommands } from "./cellCommands.ts";
import { openCellEditor } from "./cellEditor.ts";
import { cellToolbar, updateCellToolbar } from "./cellToolbar.ts";
import { showKeys } from "./keys.ts";
import { NotebookDocument } from "./notebookDocument.ts";
import { notebookTools } from "./notebookTools.ts";

interface Open {
  view: EditorView;
  host: HTMLElement;
}

/** Lets people edit the notebook of a page: an editor in each cell that is opened, and tools and keys for cells as a whole. */
export class NotebookEditor {
  private readonly file: NotebookDocument;
  private readonly editors = new Map<number, Open>();
  private deleting = 0;
  /** The cell to edit once it is on the page. */
  private awaited?: number;

  constructor(
    private readonly main: HTMLElement,
    private readonly view: NotebookView,
    private readonly name: string,
    say: (text: string) => void,
  ) {
    this.file = new NotebookDocument(name, say);
  }

  async start(): Promise<void> {
    await this.file.open();
    this.view.onFold = (id) => this.actions(id).fold();
    document.getElementById("code")?.parentElement?.before(
      notebookTools({
        undo: () => this.file.undo(),
        redo: () => this.file.redo(),
        addCell: () => this.addCell(),
      }),
    );
    this.main.addEventListener("keydown", (event) => this.onKey(event));
    this.main.addEventListener("dblclick", (event) => {
      const source = (event.target as Element).closest(".source");
      if (source) this.edit(idOf(source));
    });
    this.attach();
  }

  /** To be called when the page shows another version of the notebook. */
  async update(): Promise<void> {
    await this.file.refresh();
    this.attach();
  }

  /** What is being typed in a cell's editor, or undefined where none is open. */
  typed(id: number): string | undefined {
    return this.editors.get(id)?.view.state.doc.toString();
  }

  /** Selects a place in a cell's editor; false where none is open. */
  select(id: number, place?: { from: number; to: number }): boolean {
    const view = this.editors.get(id)?.view;
    if (!view) return false;
    if (place) {
      view.dispatch({ selection: { anchor: place.from, head: place.to }, scrollIntoView: true });
      view.dom.scrollIntoView({ block: "nearest" });
    }
    return true;
  }

  /** Gives cells other sources, in one step that can be undone; where an editor is open, what is typed there changes. */
  replace(sources: ReadonlyMap<number, string>): void {
    const rest = [...sources].filter(([id, insert]) => {
      const view = this.editors.get(id)?.view;
      view?.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
      return !view;
    });
    this.file.change((text) => rest.reduce((done, [id, source]) => withSource(done, id, source), text));
  }

  /** What can be done by name, with the cell that is given and with the notebook. */
  commands(id: number | undefined): Command[] {
    const { file } = this;
    const written = cellsOf(file.text).find((one) => one.id === id);
    return [
      ...(id !== undefined && written ? cellCommands(id, written, this.actions(id)) : []),
      { name: "Undo", keys: "z", run: () => file.undo() },
      { name: "Redo", keys: "Shift + z", run: () => file.redo() },
      { name: "Add a cell at the end", run: () => this.addCell() },
      { name: "Keys", keys: "?", run: showKeys },
    ];
  }

  private addCell(): void {
    this.insert(cellsOf(this.file.text).at(-1)?.id, "text/x-typescript");
  }

  /** Gives new cells their tools, and drafts their editor. */
  private attach(): void {
    const written = new Map(cellsOf(this.file.text).map((cell) => [cell.id, cell]));
    for (const [id, { view }] of this.editors) if (!view.dom.isConnected || !written.has(id)) this.close(id);
    for (const cell of this.main.querySelectorAll<HTMLElement>(":scope > .cell")) {
      const id = idOf(cell);
      if (!written.has(id)) continue;
      cell.tabIndex = 0;
      cell.classList.add("editable");
      if (!cell.querySelector(":scope > .tools")) cell.prepend(cellToolbar(id, this.actions(id)));
      if (!this.editors.has(id) && localStorage.getItem(this.key(id)) !== null) this.edit(id, false);
      this.label(id);
    }
    const awaited = this.awaited;
    if (awaited !== undefined && document.getElementById(`cell-${awaited}`)) {
      this.awaited = undefined;
      this.edit(awaited);
    }
  }

  private label(id: number): void {
    const bar = document.querySelector(`#cell-${id} > .tools`);
    const written = cellsOf(this.file.text).find((cell) => cell.id === id);
    if (bar && written) updateCellToolbar(bar, { ...written, editing: this.editors.has(id) });
  }

  private key(id: number): string {
    return `palette draft ${this.name} ${id}`;
  }

  private edit(id: number, focus = true): void {
    const cell = document.getElementById(`cell-${id}`);
    const written = cellsOf(this.file.text).find((one) => one.id === id);
    if (!cell || !written) return;
    const known = this.editors.get(id);
    if (known) {
      known.view.focus();
      return;
    }
    const host = document.createElement("div");
    host.className = "editor";
    cell.append(host);
    const own = new Set(this.view.runtime.names().flatMap(({ name, cell }) => (cell === id ? [] : [name])));
    const view = openCellEditor(host, {
      ...{ type: written.type, label: `Source of cell ${id}, ${cellTypes.get(written.type) ?? written.type}` },
      source: localStorage.getItem(this.key(id)) ?? written.source,
      names: [...own, "Plot", "Inputs", "engine", "display", "view", "width", "html", "md"],
      functions: () => this.functions(),
      tables: async () => {
        const database = await this.view.runtime.value(databaseOf(written) ?? "");
        return (database as Partial<SqlDatabase>).tables?.() ?? {};
      },
      onChange: (source) => {
        const changed = source !== cellsOf(this.file.text).find((one) => one.id === id)?.source;
        cell.classList.toggle("edited", changed);
        if (changed) localStorage.setItem(this.key(id), source);
        else localStorage.removeItem(this.key(id));
      },
      onRun: (next) => this.run(id, next),
      onLeave: () => cell.focus(),
    });
    cell.classList.toggle("edited", view.state.doc.toString() !== written.source);
    cell.classList.add("editing");
    this.editors.set(id, { view, host });
    this.label(id);
    if (focus) view.focus();
  }

  /** Asked for anew each time, since modules come and go; none where that fails. */
  private async functions(): Promise<CellFunction[]> {
    const response = await fetch("assets/cells.json").catch(() => undefined);
    return response?.ok ? ((await response.json()) as CellFunction[]) : [];
  }

  private close(id: number, discard = false): void {
    const open = this.editors.get(id);
    if (!open) return;
    open.view.destroy();
    open.host.remove();
    this.editors.delete(id);
    if (discard) localStorage.removeItem(this.key(id));
    const cell = document.getElementById(`cell-${id}`);
    cell?.classList.remove("editing", "edited");
    this.label(id);
    if (discard) cell?.focus();
  }

  /** Saves what the cell's editor has, which runs it; a cell as it was is run again. */
  private run(id: number, next: boolean): void {
    const source = this.editors.get(id)?.view.state.doc.toString();
    const changed = source !== undefined && source !== cellsOf(this.file.text).find((one) => one.id === id)?.source;
    if (changed) this.file.change((text) => withSource(text, id, source));
    else this.view.run(id);
    this.close(id, true);
    if (next) this.go(id, 1);
  }

  private go(id: number, by: -1 | 1): void {
    const cell = document.getElementById(`cell-${id}`);
    const other = by < 0 ? cell?.previousElementSibling : cell?.nextElementSibling;
    if (!(other instanceof HTMLElement)) return;
    other.focus();
    other.scrollIntoView({ block: "nearest" });
  }

  /** Marks a cell in the file, and in what is being typed. */
  private mark(id: number, marks: Partial<CellMarks>): void {
    this.file.change((text) => withMark(text, id, marks));
    const written = cellsOf(this.file.text).find((one) => one.id === id);
    const state = this.editors.get(id)?.view.state.doc;
    if (!written || !state) return;
    const typed = state.toString();
    const insert = withMarks(typed, written.type, written);
    this.editors.get(id)!.view.dispatch({ changes: { from: 0, to: typed.length, insert } });
  }

  private insert(after: number | undefined, type: string, source = ""): void {
    this.file.change((text) => {
      const added = withCell(text, after, type, source);
      this.awaited = added.id;
      return added.text;
    });
  }

  private actions(id: number): CellActions {
    const { file } = this;
    const cells = () => cellsOf(file.text);
    const index = () => cells().findIndex((one) => one.id === id);
    const written = () => cells()[index()]!;
    return {
      edit: () => this.edit(id),
      toggleEditor: () => (this.editors.has(id) ? this.close(id, true) : this.edit(id)),
      run: () => this.run(id, false),
      runAndGoOn: () => this.run(id, true),
      goUp: () => this.go(id, -1),
      goDown: () => this.go(id, 1),
      insertAbove: () => this.insert(cells()[index() - 1]?.id, written().type),
      insertBelow: () => this.insert(id, written().type),
      moveUp: () => file.change((text) => withMoved(text, id, -1)),
      moveDown: () => file.change((text) => withMoved(text, id, 1)),
      duplicate: () => this.insert(id, written().type, written().source),
      changeType: (type) => file.change((text) => withType(text, id, type)),
      pin: () => file.change((text) => withPinned(text, id, !written().pinned)),
      fold: () => this.mark(id, { folded: !written().folded }),
      makeLazy: () => this.mark(id, { lazy: !written().lazy }),
      delete: () => {
        this.go(id, index() > 0 ? -1 : 1);
        this.close(id, true);
        file.change((text) => withoutCell(text, id));
      },
    };
  }

  private onKey(event: KeyboardEvent): void {
    const cell = event.target as HTMLElement;
    if (!cell.classList.contains("cell")) return;
    const id = idOf(cell);
    const written = cellsOf(this.file.text).find((one) => one.id === id);
    if (!written) return;
    const actions = this.actions(id);
    const deleting = event.key === "d" && event.timeStamp - this.deleting < 1000;
    this.deleting = event.key === "d" && !deleting ? event.timeStamp : 0;
    const types = [...cellTypes.keys()];
    const byKey: Record<string, () => void> = {
      Enter: actions.edit,
      "Shift+Enter": actions.runAndGoOn,
      "Mod+Enter": actions.run,
      ArrowUp: actions.goUp,
      ArrowDown: actions.goDown,
      "Alt+ArrowUp": actions.moveUp,
      "Alt+ArrowDown": actions.moveDown,
      a: actions.insertAbove,
      b: actions.insertBelow,
      c: actions.duplicate,
      d: () => deleting && actions.delete(),
      t: () => actions.changeType(types[(types.indexOf(written.type) + 1) % types.length]!),
      p: actions.pin,
      f: actions.fold,
      l: actions.makeLazy,
      z: () => this.file.undo(),
      "Shift+Z": () => this.file.redo(),
      "Shift+?": showKeys,
      "?": showKeys,
    };
    const pressed = [
      event.ctrlKey || event.metaKey ? "Mod" : "",
      event.altKey ? "Alt" : "",
      event.shiftKey ? "Shift" : "",
    ];
    const action = byKey[[...pressed.filter(Boolean), event.key].join("+")];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

function idOf(element: Element): number {
  return Number(element.closest(".cell")?.id.slice("cell-".length));
}
