import type { BuiltCell, BuiltNotebook } from "./builtNotebook.ts";
import { withoutMarks } from "./cellMarks.ts";
import type { CellState } from "./cellState.ts";
import { CellView } from "./cellView.ts";
import { failingLine } from "./failingLine.ts";
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
      onChange: (state, running) => {
        const view = this.shown.get(state.id)?.view;
        if (view?.show(state) && state.status === "failed")
          void failingLine(running.cell, running.failure).then((line) => view.pointTo(line, state));
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
    for (const cell of cells) {
      this.shown.get(cell.id)?.view.mark(cell);
      if (!changed.includes(cell)) this.runtime.remark(cell);
    }
    for (const cell of changed) {
      const view = new CellView(cell, {
        stop: () => this.runtime.stop(cell.id),
        run: () => this.run(cell.id),
        fold: () => this.onFold(cell.id),
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

  /** Runs every cell that waits to be asked to, and with these what needs them. */
  runStale(): void {
    for (const { id, status, causes } of this.runtime.states())
      if (status === "stale" && causes.length === 0) this.run(id);
  }

  /** Shows a folded cell, or folds it: on this page alone, unless an editor does it in the file. */
  onFold = (id: number): void => {
    const view = this.shown.get(id)?.view;
    if (view) view.mark({ ...view.cell, folded: !view.cell.folded });
  };

  /** Shows a cell's source, with these places in it marked. */
  reveal(id: number, places: readonly { from: number; to: number }[], current?: { from: number }): void {
    this.shown.get(id)?.view.reveal(places, current);
  }

  /** Shows all sources as they are otherwise. */
  conceal(): void {
    for (const { view } of this.shown.values()) view.conceal();
  }

  /** The cells in order. */
  cells(): BuiltCell[] {
    return this.order.flatMap((id) => this.shown.get(id)?.view.cell ?? []);
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

/**
 * All that a cell's run is made of, without how it is marked. The names of bundled modules carry a hash of what they hold,
 * so imports count as well.
 */
function signatureOf(cell: BuiltCell): string {
  const marks = { source: withoutMarks(cell.source), pinned: false, lazy: false, folded: false };
  return JSON.stringify([{ ...cell, ...marks }, String(cell.body)]);
}
