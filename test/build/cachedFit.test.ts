import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { FolderCache } from "../../build/resultCache.ts";
import { runNotebook } from "../../build/runNotebook.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readySet } from "../compare/openedDataset.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-cached-"));
const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const cell = (name: string) => JSON.stringify(join(projectRoot(), "cells", name));

/** A notebook that fits Figure 1 with a seed. */
function notebook(): string {
  const file = join(folder, "notebooks", "fit.html");
  mkdirSync(join(folder, "notebooks"), { recursive: true });
  writeFileSync(
    file,
    `<!doctype html><notebook><title>Fit</title>
<script id="1" type="text/x-typescript">const seed = 1;</script>
<script id="2" type="text/x-typescript">
import { fitHeldOut } from ${cell("fitHeldOut.ts")};
import { openTraces, spanTraces } from ${cell("openTraces.ts")};
import { progressLine } from ${cell("progressLine.ts")};
const line = progressLine({ document });
display(line);
const traces = spanTraces(await openTraces(engine, [${JSON.stringify(readySet("figure1"))}]));
const heldOut = await line.until(fitHeldOut(traces, { name: "figure1", seed }, { cache, onCached: line.cached }));
</script></notebook>`,
  );
  return file;
}

it("a fit is kept by what it follows from, and says when it comes from the cache", async () => {
  const file = notebook();
  const cache = new FolderCache(join(folder, "results"));
  const run = async (seed: number, kept = true) => {
    const result = await runNotebook(file, { engine, set: new Map([["seed", seed]]), ...(kept ? { cache } : {}) });
    expect(result.cells.map(({ status }) => status)).toEqual(["done", "done"]);
    return { fit: result.values.heldOut, said: /From the cache/.test(result.cells[1]!.html) };
  };
  const computed = await run(1);
  expect(computed.said).toBe(false);
  expect(await run(1)).toEqual({ ...computed, said: true });
  const other = await run(2);
  expect(other.said).toBe(false);
  expect(other.fit).not.toEqual(computed.fit);
  expect(await run(1, false)).toEqual(computed);
  expect((await cache.size()).results).toBe(2);
});
