import type { EditorView } from "codemirror";
import type { SqlDatabase } from "../../../lib/engine/sqlDatabase.ts";
import {
  cellsOf,
  cellTypes,
  databaseOf,
  withCell,
  withMoved,
  withoutCell,
  withPinned,
  withSource,
  withType,
} from "../notebookText.ts";
import type { NotebookView } from "../notebookView.ts";
import type { CellActions } from "./cellActions.ts";
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
    document.getElementById("code")?.before(
      notebookTools({
        undo: () => this.file.undo(),
        redo: () => this.file.redo(),
        addCell: () => this.insert(cellsOf(this.file.text).at(-1)?.id, "text/x-typescript"),
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

  /** Gives new cells their tools, and drafts their editor. */
  private attach(): void {
    const written = new Map(cellsOf(this.file.text).map((cell) => [cell.id, cell]));
    for (const [id, { view }] of this.editors) if (!view.dom.isConnected || !written.has(id)) this.close(id);
    for (const cell of this.main.querySelectorAll<HTMLElement>(":scope > .cell")) {
      const id = idOf(cell);
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
