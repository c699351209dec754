import { type Module, RuntimeError, type Variable } from "@observablehq/runtime";
import type { ResultCache } from "../../cells/cachedResult.ts";
import type { BuiltCell } from "./builtNotebook.ts";
import { CellRun, runNames } from "./cellRun.ts";
import type { CellState } from "./cellState.ts";
import { errorLine } from "./errorLine.ts";
import { inputValues } from "./inputValues.ts";
import { loopGuard } from "./loopGuard.ts";

/** What a cell asks of the notebook it is part of. */
export interface CellContext {
  module: Module;
  /** The cells that define a name. */
  definers(name: string): readonly RunningCell[];
  /** The cells that a name comes from: those that define it, or that mention it and did not build. */
  producers(name: string, besides: BuiltCell): readonly RunningCell[];
  /** Another cell's state, or undefined while that is being found, of a cell that needs itself. */
  stateOf(cell: RunningCell): CellState | undefined;
  /** One line that says what is wrong, and other cells that have to do with it. */
  explain(cell: RunningCell, error: unknown): { error: string; related?: number[] };
  /** Whether a name is given by the page, not by a cell. */
  isBuiltin(name: string): boolean;
  /** A value that takes the place of what the cell computes, or undefined. */
  override(name: string): { value: unknown } | undefined;
  /** The value that a name has now, where a cell defines it and has computed it. */
  valueOf(name: string): { value: unknown } | undefined;
  /** Why a cell is not run until it is asked to, or undefined for one that runs. */
  held(cell: BuiltCell): string | undefined;
  /** Told before the cell's body is called, and after it has returned. */
  calls(cell: BuiltCell): void;
  returned(cell: BuiltCell): void;
  /** Told of each input that a cell displays, with its number in the cell. */
  views(cell: BuiltCell, element: EventTarget, index: number): void;
  changed(cell: RunningCell): void;
}

interface Part {
  name: string | null;
  state: "pending" | "fulfilled" | "rejected";
  value?: unknown;
  error?: unknown;
}

/** A cell in the runtime: its variables, and the one state that they make together. */
export class RunningCell {
  readonly parts: Part[] = [];
  private readonly variables: Variable[] = [];
  private run?: CellRun;
  private elapsed?: number;
  /** What the body was last called with, by name. */
  private given = new Map<string, unknown>();
  private deleted = false;
  private asked = false;
  /** Why it was not run when it was due, and what runs it. */
  private held?: { reason: string; run: () => void };

  constructor(
    public cell: BuiltCell,
    readonly root: Element,
    private readonly context: CellContext,
  ) {
    this.define();
  }

  /** The names that the cell defines. */
  get names(): string[] {
    const { output, outputs, autoview } = this.cell;
    if (output === undefined) return outputs;
    return autoview ? [output, output.slice("viewof$".length)] : [output];
  }

  /** Whether it waits to be asked to run. */
  get isHeld(): boolean {
    return this.held !== undefined;
  }

  /** What was thrown, where the cell has failed. */
  get failure(): unknown {
    return this.parts.find(({ state }) => state === "rejected")?.error;
  }

  /** Aborts the signal of the current run. */
  stop(): void {
    this.run?.stop("stopped");
  }

  /** Runs the cell, even one that is held, and with it what needs it. */
  restart(): void {
    if (this.held) this.held.run();
    else {
      this.delete();
      this.deleted = false;
      this.asked = true;
      this.define();
    }
  }

  delete(): void {
    this.deleted = true;
    for (const variable of this.variables.splice(0)) variable.delete();
    this.parts.length = 0;
    this.held = undefined;
    this.given.clear();
  }

  private define(): void {
    const { cell } = this;
    const whole = cell.output ?? (cell.outputs.length > 0 ? `cell ${cell.id}` : null);
    const own = cell.inputs.filter((name) => !runNames.has(name));
    const overridden = cell.output === undefined ? undefined : this.context.override(cell.output);
    const body = (invalidation: Promise<void>, ...values: unknown[]) => {
      const result = this.start(invalidation, own, values);
      return overridden ? overridden.value : result;
    };
    this.variable(whole, ["invalidation", ...own], body, (value) => this.show(value));
    if (cell.autoview && cell.output) {
      const name = cell.output.slice("viewof$".length);
      const given = this.context.override(name);
      this.variable(name, [cell.output], (element: EventTarget) => (given ? given.value : inputValues(element)));
    }
    if (cell.output !== undefined) return;
    for (const name of cell.outputs) {
      const given = this.context.override(name);
      this.variable(name, [whole ?? ""], (exports: Record<string, unknown>) => (given ? given.value : exports[name]));
    }
  }

  /** Calls the body, at once or, where the cell is held, when it is asked for: until then nothing that needs it runs. */
  private start(invalidation: Promise<void>, own: string[], values: unknown[]): unknown {
    const reason = this.asked ? undefined : this.context.held(this.cell);
    this.asked = false;
    this.held = undefined;
    if (reason === undefined) return this.call(invalidation, own, values);
    return new Promise((resolve) => {
      const held = {
        reason,
        run: () => {
          this.held = undefined;
          resolve(Promise.resolve().then(() => this.call(invalidation, own, values)));
        },
      };
      this.held = held;
      this.context.changed(this);
      void invalidation.then(() => {
        if (this.held === held) this.held = undefined;
        resolve(undefined);
      });
    });
  }

  private call(invalidation: Promise<void>, own: string[], values: unknown[]): unknown {
    const { cell } = this;
    const run = new CellRun(this.root, invalidation, (element, index) => this.context.views(cell, element, index));
    this.run = run;
    this.elapsed = undefined;
    this.given = new Map(own.map((name, i) => [name, values[i]]));
    this.context.changed(this);
    if (cell.error !== undefined || !cell.body) throw new Error(cell.error ?? "the cell has no body");
    const { display, view, signal, turn } = run;
    const given: Record<string, unknown> = { display, view, signal, invalidation, [loopGuard]: turn };
    const index = own.indexOf("cache");
    if (index >= 0 && values[index] && this.context.definers("cache").length === 0)
      values = values.with(index, run.cache(values[index] as ResultCache));
    this.context.calls(cell);
    try {
      return cell.body(...cell.inputs.map((name) => (runNames.has(name) ? given[name] : values[own.indexOf(name)])));
    } finally {
      this.context.returned(cell);
    }
  }

  private show(value: unknown): void {
    const { run, cell } = this;
    const { autodisplay, output } = cell;
    if (!run) return;
    if (autodisplay) {
      run.hasDisplayed = false;
      run.display(value, output);
    } else if (!run.hasDisplayed) {
      this.root.replaceChildren();
    }
  }

  private variable(
    name: string | null,
    inputs: string[],
    definition: (...inputs: never[]) => unknown,
    shown?: (value: unknown) => void,
  ): void {
    const part: Part = { name, state: "pending" };
    this.parts.push(part);
    const settle = (change: Partial<Part>) => {
      if (this.deleted || !this.parts.includes(part)) return;
      Object.assign(part, { value: undefined, error: undefined }, change);
      if (this.run && this.elapsed === undefined && this.parts.every(({ state }) => state !== "pending"))
        this.elapsed = performance.now() - this.run.startedAt;
      this.context.changed(this);
    };
    const variable = this.context.module.variable({
      _node: this.root,
      pending: () => settle({ state: "pending", value: part.value }),
      fulfilled: (value) => {
        if (!this.deleted) shown?.(value);
        settle({ state: "fulfilled", value });
      },
      rejected: (error) => settle({ state: "rejected", error }),
    });
    this.variables.push(variable.define(name, inputs, definition));
  }

  /** The cell's state now. */
  state(): CellState {
    const { id } = this.cell;
    const startedAt = this.run?.startedAt;
    const state: CellState = { id, status: "done", causes: [], startedAt, elapsed: this.elapsed };
    if (this.held) return { ...state, status: "stale", error: this.held.reason, elapsed: undefined };
    const failed = this.parts.filter((part) => part.state === "rejected" && !this.isFollowing(part));
    for (const { error } of failed) {
      const needed = error instanceof RuntimeError ? error.input : undefined;
      const producers = needed === undefined ? [] : this.context.producers(needed, this.cell);
      if (needed !== undefined && this.context.isBuiltin(needed))
        return { ...state, status: "blocked", error: `needs ${needed}: ${errorLine(error)}`, elapsed: undefined };
      if (producers.length === 0) return { ...state, status: "failed", ...this.context.explain(this, error) };
      return this.waitsFor(state, "blocked", needed!, producers);
    }
    const [whole] = this.parts;
    if (this.parts.every((part) => part.state === "fulfilled"))
      return this.isOutdated ? { ...state, status: "waiting" } : { ...state, cachedAt: this.run?.cachedAt };
    for (const name of this.cell.inputs) {
      const stale = this.context.definers(name).filter((other) => this.context.stateOf(other)?.status === "stale");
      if (stale.length > 0) return this.waitsFor(state, "stale", name, stale);
    }
    const running = this.run && this.elapsed === undefined && (whole.state === "fulfilled" || this.isCalled);
    return { ...state, status: running ? "running" : "waiting" };
  }

  /** The state of a cell that needs a name which others do not give it: their own causes are its causes. */
  private waitsFor(
    state: CellState,
    status: "blocked" | "stale",
    name: string,
    producers: readonly RunningCell[],
  ): CellState {
    const states = producers.flatMap((other) => this.context.stateOf(other) ?? []);
    const causes = states.flatMap(({ id, status, causes }) =>
      status === "blocked" || causes.length > 0 ? causes : [id],
    );
    return { ...state, status, error: `needs ${name}`, causes: [...new Set(causes)], elapsed: undefined };
  }

  /** Whether something that the cell needs has another value by now; the runtime calls the body again a moment later. */
  private get isOutdated(): boolean {
    return [...this.given].some(([name, value]) => {
      const now = this.context.valueOf(name);
      return now !== undefined && !Object.is(now.value, value);
    });
  }

  /** Whether the body was called since the inputs last changed. */
  private get isCalled(): boolean {
    return this.run !== undefined && !this.run.signal.aborted;
  }

  /** The error of a name whose cell has failed as a whole: it is the cell's own, and told once. */
  private isFollowing({ error, name }: Part): boolean {
    const whole = this.parts[0];
    return name !== whole.name && error instanceof RuntimeError && error.input === whole.name;
  }
}
