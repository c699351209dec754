import type { CellState } from "../cellState.ts";
import { cellTitle } from "../cellTitle.ts";
import type { NotebookEditor } from "../editing/notebookEditor.ts";
import type { NotebookView } from "../notebookView.ts";
import { CellMap } from "./cellMap.ts";
import { type Command, showCommands } from "./commandPalette.ts";
import { FindBar } from "./findBar.ts";

const remembered = "palette map";

export interface ShellParts {
  view: NotebookView;
  /** The elements of the page that it has for this. */
  main: HTMLElement;
  map: HTMLElement;
  buttons: { map: HTMLElement; find: HTMLElement; commands: HTMLElement };
  /** Commands of the page itself. */
  commands(): Command[];
}

/** What leads through a notebook as a whole: the map of its cells, finding, and the commands by name. */
export class NotebookShell {
  private readonly map: CellMap;
  private find: FindBar;
  private editor?: NotebookEditor;
  private states: readonly CellState[] = [];
  private readonly inSight = new Set<number>();
  private readonly watched = new IntersectionObserver((entries) => this.onSight(entries));
  /** The cell that had the focus last. */
  private current?: number;

  constructor(private readonly parts: ShellParts) {
    const { main, map, buttons } = parts;
    this.map = new CellMap(
      map,
      (id) => this.go(id),
      () => this.go(this.current),
      () => this.showMap(false),
    );
    this.find = this.newFindBar();
    this.showMap(localStorage.getItem(remembered) === "shown");
    buttons.map.addEventListener("click", () => this.showMap(!this.map.shown));
    buttons.find.addEventListener("click", () => this.find.open());
    buttons.commands.addEventListener("click", () => this.ask());
    main.addEventListener("focusin", ({ target }) => {
      const cell = (target as Element).closest<HTMLElement>(".cell");
      if (!cell) return;
      this.current = idOf(cell);
      this.map.mark(this.inSight, this.current);
    });
    document.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  /** Lets what is found be replaced, and offers what the editor can do. */
  edit(editor: NotebookEditor): void {
    this.editor = editor;
    this.find.element.remove();
    this.find = this.newFindBar();
  }

  /** To be called when the notebook has changed. */
  update(): void {
    this.watched.disconnect();
    this.inSight.clear();
    for (const cell of this.parts.main.querySelectorAll(":scope > .cell")) this.watched.observe(cell);
    this.find.refresh();
    this.showStates(this.states);
  }

  /** To be called when cells do something else. */
  showStates(states: readonly CellState[]): void {
    this.states = states;
    if (this.map.shown) this.map.update(this.mapped(), states);
  }

  private mapped() {
    const { view } = this.parts;
    const needs = new Map(view.runtime.dependences().map(({ id, needs }) => [id, needs]));
    return view.cells().map((cell) => ({ id: cell.id, title: cellTitle(cell), needs: needs.get(cell.id) ?? [] }));
  }

  private newFindBar(): FindBar {
    const { view, main } = this.parts;
    const { editor } = this;
    const bar = new FindBar({
      sources: () => view.cells().map(({ id, source }) => ({ id, source: editor?.typed(id) ?? source })),
      reveal: (id, matches, current) => {
        if (editor?.select(id, current)) return;
        view.reveal(id, matches, current);
      },
      conceal: () => view.conceal(),
      replace: editor && ((sources) => editor.replace(sources)),
      leave: (id) => this.go(id ?? this.current),
    });
    main.before(bar.element);
    return bar;
  }

  private showMap(shown: boolean): void {
    this.map.toggle(shown);
    this.parts.buttons.map.setAttribute("aria-pressed", String(shown));
    localStorage.setItem(remembered, shown ? "shown" : "hidden");
    this.showStates(this.states);
    this.map.mark(this.inSight, this.current);
  }

  /** Brings a cell into sight and gives it the focus. */
  private go(id: number | undefined): void {
    const cell = id === undefined ? this.parts.main : document.getElementById(`cell-${id}`);
    cell?.scrollIntoView({ block: "nearest" });
    cell?.focus({ preventScroll: true });
  }

  private ask(): void {
    showCommands(this.commands());
  }

  private commands(): Command[] {
    const { view, commands } = this.parts;
    const active =
      this.states.find(({ status }) => status === "running") ?? this.states.find(({ status }) => status === "failed");
    const jumps = view.cells().map((cell) => ({
      name: `Go to cell ${cell.id}: ${cellTitle(cell)}`,
      run: () => this.go(cell.id),
    }));
    return [
      ...(this.editor?.commands(this.current) ?? []),
      {
        name: this.map.shown ? "Hide the map of cells" : "Show the map of cells",
        keys: "m",
        run: () => this.showMap(!this.map.shown),
      },
      { name: "Find in the notebook", keys: "/", run: () => this.find.open() },
      ...(active
        ? [
            {
              name: `Go to the cell that ${active.status === "running" ? "runs" : "failed"}`,
              run: () => this.go(active.id),
            },
          ]
        : []),
      { name: "Run what is not up to date", run: () => view.runStale() },
      { name: "Stop all that runs", run: () => this.stopAll() },
      ...commands(),
      ...jumps,
    ];
  }

  private stopAll(): void {
    for (const { id, status } of this.states) if (status === "running") this.parts.view.runtime.stop(id);
  }

  private onSight(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.inSight.add(idOf(target));
      else this.inSight.delete(idOf(target));
    }
    if (this.map.shown) this.map.mark(this.inSight, this.current);
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const mod = event.ctrlKey || event.metaKey;
    const isTyping = target.closest("input, textarea, select, [contenteditable=true], .cm-editor, dialog") !== null;
    const key = event.key.toLowerCase();
    if (mod && key === "k" && !target.closest("dialog")) this.ask();
    else if (mod && event.shiftKey && key === "f") this.find.open();
    else if (isTyping || mod || event.altKey) return;
    else if (key === "/") this.find.open();
    else if (key === "m" && !this.map.shown) {
      this.showMap(true);
      this.map.focus(this.current);
    } else if (key === "m") {
      this.showMap(false);
      this.go(this.current);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function idOf(cell: Element): number {
  return Number(cell.id.slice("cell-".length));
}
