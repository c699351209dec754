import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runNotebook } from "../../build/runNotebook.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

const folder = fixtureCopy();
const file = (name: string) => join(folder, "notebooks", name);

/** What callTable's 600 calls come to, counted here instead of by the engine. */
function expectedRows(limit: number) {
  const latencies = [0, 1, 2].map((api) =>
    Array.from({ length: 600 }, (_, i) => (i % 3 === api ? (i * 37) % 500 : -1)).filter((x) => x >= 0 && x <= limit),
  );
  return latencies.map((all, api) => ({
    api: `api ${api}`,
    calls: all.length,
    mean: all.reduce((sum, x) => sum + x, 0) / all.length,
  }));
}

describe("runNotebook", () => {
  test("computes values, draws charts and keeps a hostile name text", async () => {
    const { title, cells, values } = await runNotebook(file("latency.html"), { engine });
    expect(title).toBe("Latency of three APIs");
    expect(cells.map(({ status, error }) => [status, error])).toEqual(cells.map(() => ["done", undefined]));
    expect(values).toMatchObject({ limit: 400, rows: expectedRows(400), answer: [{ product: 42 }] });
    const chart = cells.find(({ id }) => id === 4);
    expect(chart?.svgs).toHaveLength(1);
    expect(chart?.svgs[0]).toMatch(/^<\?xml[^>]*>\n<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(cells.find(({ id }) => id === 1)?.html).toContain("&lt;img src=x");
    expect(cells.map(({ html }) => html).join("")).not.toContain("<img");
  });

  test("a set name changes what follows from it", async () => {
    const { values } = await runNotebook(file("latency.html"), { engine, set: new Map([["limit", 100]]) });
    expect(values).toMatchObject({ limit: 100, rows: expectedRows(100) });
    await expect(runNotebook(file("latency.html"), { engine, set: new Map([["lmit", 1]]) })).rejects.toThrow(
      /^no cell defines lmit; valid are .*limit/,
    );
  });

  test("each mistake is told in its own cell, and the others run", async () => {
    writeFileSync(join(folder, "cells", "unfinished.ts"), "export function unfinished( {\n  return 1;\n");
    const { cells, values } = await runNotebook(file("broken.html"), { engine });
    const outcome = Object.fromEntries(cells.map(({ id, status, error }) => [id, `${status}: ${error}`]));
    expect(outcome).toEqual({
      1: "done: undefined",
      2: 'failed: Unexpected "=" (1:21)',
      3: "done: undefined",
      4: "blocked: needs lost",
      5: 'failed: Could not resolve "../cells/absent.ts"',
      6: expect.stringMatching(/^failed: [^\n]*unfinished\.ts:2:\d+: [^\n]*$/),
      7: "failed: TypeError: <b>one</b> two",
      8: "blocked: needs thrown",
      9: "blocked: needs after",
      10: "failed: twice is defined more than once: rename it here or in cell 11",
      11: "failed: twice is defined more than once: rename it here or in cell 10",
      12: "failed: circular definition: left needs right, right needs left; take one of these out, here or in cell 13",
      13: "failed: circular definition: right needs left, left needs right; take one of these out, here or in cell 12",
      14: "failed: nobody is not defined",
      15: "failed: the package canvas-confetti is not installed, and a notebook loads nothing from outside",
      16: "failed: cells of type python are not supported; valid are js, ts, md, html, sql",
      17: "failed: SyntaxError: export 'callTable' not found",
      18: "failed: later",
    });
    expect(values).toEqual({ found: 42 });
  });

  test("a cell that never ends is a timeout, and leaves the others their results", async () => {
    const cells = ["const never = new Promise(() => {});", "never + 1", "const quick = 1;"];
    const text = cells.map((cell) => `<script type="module">${cell}</script>`).join("\n");
    writeFileSync(file("slow.html"), `<!doctype html><notebook><title>Slow</title>${text}</notebook>`);
    const result = await runNotebook(file("slow.html"), { engine, timeout: 0.5 });
    expect(result.cells.map(({ status }) => status)).toEqual(["timeout", "timeout", "done"]);
    expect(result.cells[0].error).toBe("running after 0.5 s");
    expect(result.values).toEqual({ quick: 1 });
  });

  test("the globals of a page are given back", async () => {
    await runNotebook(file("latency.html"), { engine });
    expect(typeof document).toBe("undefined");
    expect(typeof requestAnimationFrame).toBe("undefined");
  });
});
