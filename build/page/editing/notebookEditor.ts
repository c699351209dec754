import type { EditorView } from "codemirror";
import type { NotebookRuntime } from "../notebookRuntime.ts";
import {
  cellsOf,
  cellTypes,
  withCell,
  withMoved,
  withoutCell,
  withPinned,
  withSource,
  withType,
} from "../notebookText.ts";
import { openCellEditor } from "./cellEditor.ts";
import { showKeys } from "./keys.ts";
import { NotebookDocument } from "./notebookDocument.ts";

interface Open {
  view: EditorView;
  host: HTMLElement;
}

/** Lets people edit the notebook of a page: an editor in each cell that is opened, and keys for cells as a whole. */
export class NotebookEditor {
  private readonly file: NotebookDocument;
  private readonly editors = new Map<number, Open>();
  private deleting = 0;
  /** The cell to edit once it is on the page. */
  private awaited?: number;

  constructor(
    private readonly main: HTMLElement,
    private readonly runtime: NotebookRuntime,
    private readonly name: string,
    say: (text: string) => void,
  ) {
    this.file = new NotebookDocument(name, say);
  }

  async start(): Promise<void> {
    await this.file.open();
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

  /** Gives new cells their button, and drafts their editor. */
  private attach(): void {
    const ids = new Set(cellsOf(this.file.text).map(({ id }) => id));
    for (const [id, { view }] of this.editors) if (!view.dom.isConnected || !ids.has(id)) this.close(id);
    for (const cell of this.main.querySelectorAll<HTMLElement>(":scope > .cell")) {
      const id = idOf(cell);
      cell.tabIndex = 0;
      if (!cell.querySelector(":scope > .edit")) cell.prepend(this.button(id));
      if (!this.editors.has(id) && localStorage.getItem(this.key(id)) !== null) this.edit(id, false);
    }
    const awaited = this.awaited;
    if (awaited !== undefined && document.getElementById(`cell-${awaited}`)) {
      this.awaited = undefined;
      this.edit(awaited);
    }
  }

  private button(id: number): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "edit";
    button.textContent = "Edit";
    button.addEventListener("click", () => (this.editors.has(id) ? this.close(id, true) : this.edit(id)));
    return button;
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
    const own = new Set(this.runtime.names().flatMap(({ name, cell }) => (cell === id ? [] : [name])));
    const view = openCellEditor(host, {
      ...{ type: written.type, label: `Source of cell ${id}, ${cellTypes.get(written.type) ?? written.type}` },
      source: localStorage.getItem(this.key(id)) ?? written.source,
      names: [...own, "Plot", "Inputs", "engine", "display", "view", "width", "html", "md"],
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
    label(cell, "Discard");
    this.editors.set(id, { view, host });
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
    if (cell) label(cell, "Edit");
    if (discard) cell?.focus();
  }

  /** Saves what the cell's editor has, which runs it; a cell as it was is run again. */
  private run(id: number, next: boolean): void {
    const source = this.editors.get(id)?.view.state.doc.toString();
    const changed = source !== undefined && source !== cellsOf(this.file.text).find((one) => one.id === id)?.source;
    if (changed) this.file.change((text) => withSource(text, id, source));
    else this.runtime.restart(id);
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

  private onKey(event: KeyboardEvent): void {
    const cell = event.target as HTMLElement;
    if (!cell.classList.contains("cell")) return;
    const id = idOf(cell);
    const cells = cellsOf(this.file.text);
    const index = cells.findIndex((one) => one.id === id);
    const written = cells[index];
    if (!written) return;
    const { file } = this;
    const deleting = event.key === "d" && event.timeStamp - this.deleting < 1000;
    this.deleting = event.key === "d" && !deleting ? event.timeStamp : 0;
    const types = [...cellTypes.keys()];
    const actions: Record<string, () => void> = {
      Enter: () => this.edit(id),
      "Shift+Enter": () => this.run(id, true),
      "Mod+Enter": () => this.run(id, false),
      ArrowUp: () => this.go(id, -1),
      ArrowDown: () => this.go(id, 1),
      "Alt+ArrowUp": () => file.change((text) => withMoved(text, id, -1)),
      "Alt+ArrowDown": () => file.change((text) => withMoved(text, id, 1)),
      a: () => this.insert(cells[index - 1]?.id, written.type),
      b: () => this.insert(id, written.type),
      c: () => this.insert(id, written.type, written.source),
      d: () => {
        if (!deleting) return;
        this.go(id, index > 0 ? -1 : 1);
        this.close(id, true);
        file.change((text) => withoutCell(text, id));
      },
      t: () => file.change((text) => withType(text, id, types[(types.indexOf(written.type) + 1) % types.length]!)),
      p: () => file.change((text) => withPinned(text, id, !written.pinned)),
      z: () => file.undo(),
      "Shift+Z": () => file.redo(),
      "Shift+?": showKeys,
      "?": showKeys,
    };
    const pressed = [
      event.ctrlKey || event.metaKey ? "Mod" : "",
      event.altKey ? "Alt" : "",
      event.shiftKey ? "Shift" : "",
    ];
    const action = actions[[...pressed.filter(Boolean), event.key].join("+")];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

/** What the button of a cell does: it opens the editor, or closes it and forgets what was typed. */
function label(cell: HTMLElement, text: "Edit" | "Discard"): void {
  const button = cell.querySelector(":scope > .edit");
  if (button) button.textContent = text;
}

function idOf(element: Element): number {
  return Number(element.closest(".cell")?.id.slice("cell-".length));
}
