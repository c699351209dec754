import { afterAll, afterEach, describe, expect, test } from "vitest";
import { openHeadlessDocument } from "../../../build/headlessDocument.ts";
import type { BuiltCell } from "../../../build/page/builtNotebook.ts";
import type { CellState } from "../../../build/page/cellState.ts";
import { NotebookRuntime } from "../../../build/page/notebookRuntime.ts";

const { document, close } = openHeadlessDocument();
afterAll(close);

let runtime: NotebookRuntime;
let wake: () => void = () => {};
const roots = new Map<number, HTMLElement>();
afterEach(() => {
  runtime.dispose();
  roots.clear();
});

function cell(
  id: number,
  inputs: string[],
  outputs: string[],
  body: (...inputs: never[]) => unknown,
  more: Partial<BuiltCell> = {},
): BuiltCell {
  return {
    ...{ id, mode: "js", source: String(body), pinned: false, inputs, outputs, autodisplay: false, autoview: false },
    ...{ lazy: false, folded: false, body: body as BuiltCell["body"], ...more },
  };
}

function start(
  cells: BuiltCell[],
  builtins: Record<string, () => unknown> = {},
  overrides?: Map<string, unknown>,
): void {
  runtime = new NotebookRuntime({ builtins, overrides, onChange: () => wake() });
  for (const cell of cells) define(cell);
}

function define(cell: BuiltCell): void {
  const root = document.createElement("div");
  roots.set(cell.id, root);
  runtime.define(cell, root);
}

/** Resolves once the states are as asked. */
async function until(condition: (states: CellState[]) => boolean): Promise<CellState[]> {
  while (!condition(runtime.states())) await new Promise<void>((resolve) => (wake = resolve));
  return runtime.states();
}

const settled = (states: CellState[]) => states.every(({ status }) => status !== "waiting" && status !== "running");
const values = () => Object.fromEntries(runtime.names().map(({ name, value }) => [name, value]));

describe("NotebookRuntime", () => {
  test("a cell is from the cache where all that its run asked for was there", async () => {
    const kept = new Map([
      ["a", 7],
      ["b", 5],
    ]);
    const cache = { get: async (key: string) => (kept.has(key) ? { text: key, savedAt: kept.get(key)! } : undefined) };
    const asks = (...keys: string[]) =>
      (async (given: typeof cache) => {
        for (const key of keys) await given.get(key);
        return { [`x${keys.join("")}`]: 1 };
      }) as (...inputs: never[]) => unknown;
    start(
      [
        cell(1, ["cache"], ["xab"], asks("a", "b")),
        cell(2, ["cache"], ["xac"], asks("a", "c")),
        cell(3, ["cache"], ["x"], asks()),
      ],
      { cache: () => cache },
    );
    const told = async () => (await until(settled)).map(({ status, cachedAt }) => [status, cachedAt]);
    expect(await told()).toEqual([
      ["done", 5],
      ["done", undefined],
      ["done", undefined],
    ]);
    kept.delete("b");
    runtime.restart(1);
    expect((await told())[0]).toEqual(["done", undefined]);
  });

  test("is never settled while a cell shows what came of an older value", async () => {
    const seen: unknown[] = [];
    const mismatches: unknown[] = [];
    runtime = new NotebookRuntime({
      builtins: {},
      onChange: () => {
        const { x, twice } = values();
        if (settled(runtime.states()) && twice !== 2 * (x as number)) mismatches.push([x, twice]);
        seen.push(x);
        wake();
      },
    });
    async function* counts() {
      for (let x = 1; x <= 5; x++) {
        yield x;
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    }
    define(cell(1, [], ["x"], () => ({ x: counts() })));
    define(cell(2, ["x"], ["twice"], (x: number) => ({ twice: 2 * x })));
    await until((states) => settled(states) && values().twice === 10);
    expect(seen).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
    expect(mismatches).toEqual([]);
  });

  test("cells run in order of need, not of place", async () => {
    start([
      cell(1, ["b"], ["a"], (b: number) => ({ a: b + 1 })),
      cell(2, [], ["b"], () => ({ b: Promise.resolve(41) })),
    ]);
    const states = await until(settled);
    expect(states.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(values()).toEqual({ a: 42, b: 41 });
  });

  test("a changed cell runs again with what needs it, and the old run's signal aborts", async () => {
    const signals: AbortSignal[] = [];
    const second = cell(2, ["a", "signal"], ["b"], (a: number, signal: AbortSignal) => {
      signals.push(signal);
      return { b: a * 2 };
    });
    start([cell(1, [], ["a"], () => ({ a: 1 })), second, cell(3, [], ["c"], () => ({ c: {} }))]);
    await until(settled);
    const { c } = values();
    define(cell(1, [], ["a"], () => ({ a: 5 })));
    await until((states) => settled(states) && values().b === 10);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(values().c).toBe(c);
  });

  test("stop aborts the signal of the running cell", async () => {
    const body = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    start([cell(1, ["signal"], [], body as never)]);
    await until(([{ status }]) => status === "running");
    runtime.stop(1);
    expect(await until(settled)).toMatchObject([{ status: "failed", error: "stopped" }]);
    runtime.restart(1);
    expect(await until(([{ status }]) => status === "running")).toMatchObject([{ status: "running" }]);
  });

  test("the root of a failure is told once, and what follows from it points there", async () => {
    start([
      cell(1, [], ["a"], () => {
        throw new RangeError("no\n such <b>thing</b>");
      }),
      cell(2, ["a"], ["b"], () => ({ b: 1 })),
      cell(3, ["b"], [], () => 1),
      cell(4, ["status"], [], () => 1),
      cell(5, [], ["late"], () => ({ late: Promise.reject(new Error("later")) })),
      cell(6, ["late"], [], () => 1),
    ]);
    expect(await until(settled)).toMatchObject([
      { status: "failed", error: "RangeError: no such <b>thing</b>", causes: [] },
      { status: "blocked", error: "needs a", causes: [1] },
      { status: "blocked", error: "needs b", causes: [1] },
      { status: "failed", error: "status is not defined" },
      { status: "failed", error: "later" },
      { status: "blocked", error: "needs late", causes: [5] },
    ]);
  });

  test("duplicates and cycles are errors of the cells that make them, until one is gone", async () => {
    start([
      cell(1, [], ["a"], () => ({ a: 1 })),
      cell(2, [], ["a"], () => ({ a: 2 })),
      cell(3, ["a"], ["b"], (a: number) => ({ b: a })),
      cell(4, ["y"], ["x"], () => ({ x: 1 })),
      cell(5, ["x"], ["y"], () => ({ y: 1 })),
    ]);
    expect(await until(settled)).toMatchObject([
      { status: "failed", error: "a is defined more than once: rename it here or in cell 2", related: [2] },
      { status: "failed", error: "a is defined more than once: rename it here or in cell 1", related: [1] },
      { status: "blocked", causes: [1, 2] },
      {
        status: "failed",
        error: expect.stringMatching(/^circular definition: x needs y, y needs x; .*cell 5$/),
        related: [5],
      },
      {
        status: "failed",
        error: expect.stringMatching(/^circular definition: y needs x, x needs y; .*cell 4$/),
        related: [4],
      },
    ]);
    runtime.delete(1);
    define(cell(4, [], ["x"], () => ({ x: 7 })));
    const states = await until((states) => states.every(({ status }) => status === "done"));
    expect(states).toHaveLength(4);
    expect(values()).toEqual({ a: 2, b: 2, x: 7, y: 1 });
  });

  test("a lazy cell and what needs it wait until it is asked for, and are stale once what it needs has changed", async () => {
    const calls: number[] = [];
    runtime = new NotebookRuntime({
      builtins: {},
      held: ({ lazy }) => (lazy ? "it runs when it is asked to" : undefined),
      onChange: () => wake(),
    });
    const second = cell(2, ["a"], ["b"], (a: number) => ({ b: calls.push(a) && a * 2 }), { lazy: true });
    define(cell(1, [], ["a"], () => ({ a: 1 })));
    define(second);
    define(cell(3, ["b"], ["c"], (b: number) => ({ c: b + 1 })));
    define(cell(4, ["c", "a"], [], () => 1));
    const waiting = [
      { status: "done" },
      { status: "stale", error: "it runs when it is asked to", causes: [] },
      { status: "stale", error: "needs b", causes: [2] },
      { status: "stale", error: "needs c", causes: [2] },
    ];
    expect(await until(settled)).toMatchObject(waiting);
    await expect(runtime.value("c")).rejects.toThrow("c is not there until its cell is run");
    runtime.restart(2);
    await until((states) => settled(states) && values().c === 3);
    expect(runtime.states().map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
    define(cell(1, [], ["a"], () => ({ a: 5 })));
    const states = await until((states) => settled(states) && values().a === 5);
    expect(states.sort((a, b) => a.id - b.id)).toMatchObject(waiting);
    expect([values(), calls]).toEqual([{ a: 5, b: 2, c: 3 }, [1]]);
    runtime.restart(2);
    await until((states) => settled(states) && values().c === 11);
    runtime.restart(2);
    await until((states) => settled(states) && calls.length === 3);
    define(cell(1, [], ["a"], () => ({ a: 6 })));
    await until((states) => settled(states) && values().a === 6);
    runtime.remark({ ...second, lazy: false });
    await until((states) => settled(states) && values().c === 13);
    define(cell(1, [], ["a"], () => ({ a: 7 })));
    await until((states) => settled(states) && values().c === 15);
  });

  test("a name that is missed by a letter is suggested", async () => {
    start(
      [cell(1, [], ["traces"], () => ({ traces: 1 })), cell(2, ["trace"], [], () => 1), cell(3, ["plot"], [], () => 1)],
      {
        Plot: () => 1,
      },
    );
    expect((await until(settled)).map(({ error }) => error)).toEqual([
      undefined,
      "trace is not defined; did you mean traces?",
      "plot is not defined; did you mean Plot?",
    ]);
  });

  test("a builtin that fails blocks the cells that use it", async () => {
    start([cell(1, ["engine"], [], () => 1)], { engine: () => Promise.reject(new Error("no wasm")) });
    expect(await until(settled)).toMatchObject([{ status: "blocked", error: "needs engine: no wasm", causes: [] }]);
  });

  test("display takes the place of the last run's, and view's value follows its input", async () => {
    const input = document.createElement("input");
    input.value = "3";
    start([
      cell(1, ["view"], ["n"], ((view: (element: EventTarget) => unknown) => ({ n: view(input) })) as never),
      cell(2, ["display", "n"], [], (display: (value: unknown) => void, n: string) => {
        display(document.createElement("hr"));
        display(`<i>${n}</i>`);
      }),
    ]);
    await until(settled);
    expect(roots.get(1)?.firstChild).toBe(input);
    expect(roots.get(2)?.querySelectorAll("hr").length).toBe(1);
    expect(roots.get(2)?.innerHTML).toContain("&lt;i&gt;3&lt;/i&gt;");
    input.value = "4";
    input.dispatchEvent(new Event("input"));
    await until((states) => settled(states) && values().n === "4" && !!roots.get(2)?.textContent?.includes("4"));
    expect(roots.get(2)?.querySelectorAll("hr").length).toBe(1);
  });

  test("a generator counts as done with its first value", async () => {
    const body = function* () {
      for (let i = 0; ; i++) yield i;
    };
    start([cell(1, [], [], body as never, { output: "tick", autodisplay: true })]);
    expect(await until(settled)).toMatchObject([{ status: "done" }]);
  });

  test("an override takes the place of a cell's value", async () => {
    start(
      [
        cell(1, [], ["a", "b"], () => ({ a: 1, b: 2 })),
        cell(2, ["a", "b"], ["sum"], (a: number, b: number) => ({ sum: a + b })),
      ],
      {},
      new Map([["a", 10]]),
    );
    await until(settled);
    expect(values()).toEqual({ a: 10, b: 2, sum: 12 });
  });

  test("what every cell is given cannot be defined", async () => {
    start([cell(1, [], ["signal"], () => ({ signal: 1 }))]);
    expect(await until(settled)).toMatchObject([
      { status: "failed", error: "signal is given to every cell and cannot be defined" },
    ]);
  });
});
