import { type Module, Runtime, RuntimeError } from "@observablehq/runtime";
import type { BuiltCell } from "./builtNotebook.ts";
import { runNames } from "./cellRun.ts";
import type { CellState } from "./cellState.ts";
import { explainError, type NamesOfCells } from "./explainError.ts";
import { RunningCell } from "./runningCell.ts";

export interface NotebookRuntimeOptions {
  /** What cells may use without defining it, each made when it is first needed. */
  builtins: Record<string, () => unknown>;
  /** Values that take the place of what the notebook computes for a name. */
  overrides?: ReadonlyMap<string, unknown>;
  /** Why a cell is not run until it is asked to, or undefined for one that runs. By default all run. */
  held?: (cell: BuiltCell) => string | undefined;
  /** Told before a cell's body is called, and after it has returned. */
  onCall?: (id: number) => void;
  onReturn?: (id: number) => void;
  /** Told of each input that a cell displays, with its number in the cell. */
  onView?: (id: number, element: EventTarget, index: number) => void;
  /** Told whenever a cell's state may have changed. */
  onChange?: (state: CellState, cell: RunningCell) => void;
}

/** Names of a page's window that other places lack, or that hold a text nobody meant, such as `name` and `status`. */
const shared = new Set([
  ..."AbortController AbortSignal DocumentFragment Element Event EventTarget FormData HTMLElement Node Option".split(
    " ",
  ),
  ..."ReadableStream Request Response SVGElement Text TransformStream URLSearchParams WritableStream".split(" "),
  ..."BigInt64Array BigUint64Array DataTransfer DOMParser XMLSerializer getComputedStyle globalThis matchMedia".split(
    " ",
  ),
  ..."queueMicrotask structuredClone WebAssembly SharedArrayBuffer Atomics AggregateError FinalizationRegistry".split(
    " ",
  ),
  ..."WeakRef Iterator location DOMRect customElements cancelIdleCallback requestIdleCallback setImmediate".split(" "),
]);

/** The cells of one notebook, run by the reactive runtime of Observable: a cell runs when what it needs has changed. */
export class NotebookRuntime {
  private readonly runtime: Runtime;
  private readonly module: Module;
  private readonly cells = new Map<number, RunningCell>();
  private readonly options: NotebookRuntimeOptions;

  constructor(options: NotebookRuntimeOptions) {
    this.options = options;
    this.runtime = new Runtime(options.builtins, globalValue);
    this.module = this.runtime.module();
  }

  /** Starts a cell that shows what it displays in `root`; a cell with the same id is deleted first. */
  define(cell: BuiltCell, root: Element): void {
    this.delete(cell.id);
    const reserved = [...cell.outputs, cell.output ?? ""].find((name) => runNames.has(name));
    const checked = reserved
      ? { ...cell, outputs: [], output: undefined, error: `${reserved} is given to every cell and cannot be defined` }
      : cell;
    this.cells.set(
      cell.id,
      new RunningCell(checked, root, {
        module: this.module,
        isBuiltin: (name) => Object.hasOwn(this.options.builtins, name),
        definers: (name) => this.definers(name),
        stateOf: (other) => this.stateOf(other),
        explain: ({ cell }, error) => explainError(cell.id, error, this.namesOfCells),
        producers: (name, besides) => this.producers(name, besides),
        valueOf: (name) => this.valueOf(name),
        override: (name) =>
          this.options.overrides?.has(name) ? { value: this.options.overrides.get(name) } : undefined,
        held: (cell) => this.options.held?.(cell),
        calls: ({ id }) => this.options.onCall?.(id),
        returned: ({ id }) => this.options.onReturn?.(id),
        views: ({ id }, element, index) => this.options.onView?.(id, element, index),
        changed: () => this.announce(),
      }),
    );
    this.byName = undefined;
  }

  /** Takes on how a cell is marked, which is no reason to run it; one that waits and is no longer lazy runs. */
  remark(cell: BuiltCell): void {
    const running = this.cells.get(cell.id);
    if (!running) return;
    const waits = running.cell.lazy && !cell.lazy && running.isHeld;
    running.cell = { ...running.cell, source: cell.source, pinned: cell.pinned, lazy: cell.lazy, folded: cell.folded };
    if (waits) running.restart();
  }

  delete(id: number): void {
    this.byName = undefined;
    this.cells.get(id)?.delete();
    this.cells.delete(id);
  }

  /** Aborts the `signal` of a cell's current run. */
  stop(id: number): void {
    this.cells.get(id)?.stop();
  }

  /** Runs a cell, again or for the first time. */
  restart(id: number): void {
    this.cells.get(id)?.restart();
  }

  states(): CellState[] {
    this.known.clear();
    return Array.from(this.cells.values(), (cell) => this.stateOf(cell)!);
  }

  /** What each cell defines, and the cells that it needs. */
  dependences(): { id: number; names: string[]; needs: number[] }[] {
    return Array.from(this.cells.values(), (running) => {
      const needs = running.cell.inputs.flatMap((name) => this.definers(name).map(({ cell }) => cell.id));
      const names = running.names.filter((name) => !name.includes("$"));
      return { id: running.cell.id, names, needs: [...new Set(needs)].filter((id) => id !== running.cell.id) };
    });
  }

  /** The names that cells define, each with the id of its cell and, once it is there, its value. */
  names(): { name: string; cell: number; value?: unknown; fulfilled: boolean }[] {
    return Array.from(this.cells.values()).flatMap(({ cell, names, parts }) =>
      names.map((name) => {
        const part = parts.find((part) => part.name === name);
        return { name, cell: cell.id, value: part?.value, fulfilled: part?.state === "fulfilled" };
      }),
    );
  }

  /** What a cell would get by a name, once it is there; rejects where it fails, is not run or there is no such name. */
  async value(name: string): Promise<unknown> {
    this.known.clear();
    if (this.definers(name).some((cell) => this.stateOf(cell)?.status === "stale"))
      throw new Error(`${name} is not there until its cell is run`);
    return this.module.value(name);
  }

  dispose(): void {
    for (const id of [...this.cells.keys()]) this.delete(id);
    this.runtime.dispose();
  }

  /** What defines each name. */
  private byName?: Map<string, RunningCell[]>;

  private definers(name: string): readonly RunningCell[] {
    if (!this.byName) {
      this.byName = new Map();
      for (const cell of this.cells.values())
        for (const one of cell.names) this.byName.set(one, [...(this.byName.get(one) ?? []), cell]);
    }
    return this.byName.get(name) ?? [];
  }

  private producers(name: string, besides: BuiltCell): readonly RunningCell[] {
    const defining = this.definers(name).filter(({ cell }) => cell !== besides);
    if (defining.length > 0) return defining;
    const others = [...this.cells.values()].filter(({ cell }) => cell !== besides);
    const word = new RegExp(
      `(?<![\\p{L}\\p{N}_$])${name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?![\\p{L}\\p{N}_$])`,
      "u",
    );
    return others.filter(({ cell }) => cell.error !== undefined && cell.mode.endsWith("s") && word.test(cell.source));
  }

  private readonly namesOfCells: NamesOfCells = {
    definers: (name) => this.definers(name).map(({ cell }) => cell.id),
    defined: (id) => this.cells.get(id)?.names ?? [],
    needed: (id) => this.cells.get(id)?.cell.inputs ?? [],
    known: () => [
      ...Array.from(this.cells.values()).flatMap(({ names }) => names),
      ...Object.keys(this.options.builtins),
    ],
  };

  /** States that were found since something last changed; undefined for those that are being found. */
  private readonly known = new Map<RunningCell, CellState | undefined>();

  private stateOf(cell: RunningCell): CellState | undefined {
    if (!this.known.has(cell)) {
      this.known.set(cell, undefined);
      this.known.set(cell, cell.state());
    }
    return this.known.get(cell);
  }

  private valueOf(name: string): { value: unknown } | undefined {
    for (const cell of this.definers(name)) {
      const part = cell.parts.find((part) => part.name === name);
      if (part?.state === "fulfilled") return { value: part.value };
    }
    return undefined;
  }

  private announced = false;

  /** All states are told together, once the current changes are through: the failure of one cell is news to others. */
  private announce(): void {
    if (this.announced) return;
    this.announced = true;
    queueMicrotask(() => {
      this.announced = false;
      this.known.clear();
      for (const cell of this.cells.values()) this.options.onChange?.(this.stateOf(cell)!, cell);
    });
  }
}

function globalValue(name: string): unknown {
  if (shared.has(name) && name in globalThis) return (globalThis as Record<string, unknown>)[name];
  throw new RuntimeError(`${name} is not defined`, name);
}
