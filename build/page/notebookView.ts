import type { BuiltCell, BuiltNotebook } from "./builtNotebook.ts";
import type { CellState } from "./cellState.ts";
import { CellView } from "./cellView.ts";
import { NotebookRuntime, type NotebookRuntimeOptions } from "./notebookRuntime.ts";

/** A notebook on the page: its cells in order, run by the runtime, and replaced when the notebook's file has changed. */
export class NotebookView {
  readonly runtime: NotebookRuntime;
  private readonly shown = new Map<number, { signature: string; view: CellView }>();
  private readonly root: Element;
  private order: number[] = [];

  constructor(
    root: Element,
    options: Omit<NotebookRuntimeOptions, "onChange">,
    onChange: (states: CellState[]) => void,
    /** Told that a cell is asked to run. */
    private readonly onAsk: (id: number) => void,
  ) {
    this.root = root;
    let told = false;
    const tell = () => {
      told = false;
      const place = ({ id }: CellState) => this.order.indexOf(id);
      onChange(this.runtime.states().sort((a, b) => place(a) - place(b)));
    };
    this.runtime = new NotebookRuntime({
      ...options,
      onChange: (state) => {
        this.shown.get(state.id)?.view.show(state);
        if (!told) queueMicrotask(tell);
        told = true;
      },
    });
    setInterval(() => {
      for (const { view } of this.shown.values()) view.tick(performance.now());
    }, 100);
  }

  /** Shows a notebook; cells that are as they were, with all that they import, keep running. */
  update({ cells }: BuiltNotebook): void {
    const focused = document.activeElement;
    const focus = focused?.classList.contains("cell") ? focused.id : "";
    this.order = cells.map(({ id }) => id);
    for (const id of this.shown.keys()) if (!this.order.includes(id)) this.remove(id);
    const changed = cells.filter((cell) => this.shown.get(cell.id)?.signature !== signatureOf(cell));
    for (const cell of changed) {
      const view = new CellView(cell, {
        stop: () => this.runtime.stop(cell.id),
        run: () => this.run(cell.id),
      });
      view.hold(this.shown.get(cell.id)?.view.element.clientHeight ?? 0);
      this.remove(cell.id);
      this.shown.set(cell.id, { signature: signatureOf(cell), view });
    }
    this.place(cells.flatMap(({ id }) => this.shown.get(id)?.view.element ?? []));
    for (const cell of changed) {
      const view = this.shown.get(cell.id)?.view;
      if (view) this.runtime.define(cell, view.output);
    }
    // A cell that was replaced or moved has lost the focus.
    if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus();
  }

  /** Runs a cell, even one that is not run by itself. */
  run(id: number): void {
    this.onAsk(id);
    this.runtime.restart(id);
  }

  /** Puts the elements in order and leaves those alone that are where they belong, with their focus and scroll. */
  private place(elements: Element[]): void {
    let next = this.root.firstElementChild;
    for (const element of elements) {
      if (next === element) next = next.nextElementSibling;
      else this.root.insertBefore(element, next);
    }
    while (next) {
      const rest: Element = next;
      next = next.nextElementSibling;
      rest.remove();
    }
  }

  private remove(id: number): void {
    this.runtime.delete(id);
    this.shown.get(id)?.view.element.remove();
    this.shown.delete(id);
  }
}

/** All that a cell is made of. The names of bundled modules carry a hash of what they hold, so imports count as well. */
function signatureOf(cell: BuiltCell): string {
  return JSON.stringify([cell, String(cell.body)]);
}
