import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import { type FitTracesOptions, fit as fitTraces } from "../../lib/fit.ts";
import { quantileGrid } from "../../lib/gcm/quantileGrid.ts";
import type { Api, Topology } from "../../lib/topology/topology.ts";
import { readTraces } from "../../lib/traces/readTraces.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-statistics-"));
afterAll(() => rmSync(folder, { recursive: true }));
const [known, fresh] = [join(folder, "known.parquet"), join(folder, "fresh.parquet")];
const statistics = join(folder, "known.stats.duckdb");

/** The recorded shop's traces, a tenth of them in the second file. */
beforeAll(async () => {
  const engine = await openDuckDBNode();
  await readTraces({ engine, schema: "recorded" }, ["datasets/recording/traces.jsonl.gz"]);
  for (const [path, chosen] of [
    [known, "<"],
    [fresh, ">="],
  ])
    await engine.query(`
      COPY (SELECT * EXCLUDE (file, "row") FROM recorded.spans WHERE md5(trace) ${chosen} 'e6' ORDER BY start, id)
      TO ${literal(path!)} (FORMAT parquet)`);
  await engine.close();
});

async function fitted(files: readonly string[], options: FitTracesOptions = {}): Promise<Topology> {
  const engine = await openDuckDBNode();
  try {
    return await fitTraces({ engine, schema: "traces" }, files, { name: "shop", ...options });
  } finally {
    await engine.close();
  }
}

describe("a fit that goes on from statistics", () => {
  test("is the fit to all traces, to the byte, where all were kept", async () => {
    const expected = await fitted([known, fresh]);
    await fitted([known], { nodes: [], statistics: { kept: statistics } });
    const found = await fitted([fresh], { statistics: { known: statistics } });
    expect(found).toEqual(expected);
    expect(found.provenance.sources.map(({ file }) => file)).toEqual(["known.parquet", "fresh.parquet"]);
  });

  test("has structure and counts exact where a sample was kept, and quantiles within the sample's bound", async () => {
    const [most, thinned] = [100, join(folder, "thinned.stats.duckdb")];
    const options = { nodes: [] };
    const expected = await fitted([known, fresh], options);
    await fitted([known], { ...options, statistics: { kept: thinned, most } });
    const found = await fitted([fresh], { ...options, statistics: { known: thinned, kept: thinned, most } });
    const counts = ({ apis, edges, workload }: Topology) => ({
      apis: apis.map(({ id, executions, pfa }) => ({ id, executions, transitions: pfa.transitions })),
      edges,
      mix: workload.mix,
    });
    expect(counts(found)).toEqual(counts(expected));
    expect(found.provenance.ledger).toEqual(expected.provenance.ledger);
    // Dvoretzky, Kiefer and Wolfowitz at 99.9 %: a sample of `most` of each shape, or all where there are fewer.
    const bound = Math.sqrt(Math.log(2 / 0.001) / (2 * most));
    const distances = expected.apis.map((api, i) => distance(ownTimes(api), ownTimes(found.apis[i]!)));
    expect(Math.max(...distances)).toBeGreaterThan(0);
    expect(Math.max(...distances)).toBeLessThan(bound);
    expect(found.workload.rate / expected.workload.rate).toBeCloseTo(1, 1);

    // What is kept of a union is what is kept of its parts.
    const [again, whole] = [join(folder, "again.stats.duckdb"), join(folder, "whole.stats.duckdb")];
    copyFileSync(thinned, again);
    await fitted([known, fresh], { ...options, statistics: { kept: whole, most } });
    expect(await tracesIn(again)).toEqual(await tracesIn(whole));
  });

  test("refuses files that were read before, and what statistics cannot hold", async () => {
    await expect(fitted([fresh, known], { statistics: { known: statistics } })).rejects.toThrow(
      /^trace \S+ and \d+ more of \d+ are known already: were these files read before\?$/,
    );
    await expect(fitted([fresh], { statistics: { known: fresh } })).rejects.toThrow(
      /fresh.parquet: no statistics that --keep-statistics wrote: [^\n]*$/,
    );
    await expect(fitted([fresh], { holdout: 0.5, statistics: { kept: statistics } })).rejects.toThrow(/held out/);
  });
});

async function tracesIn(path: string): Promise<string[]> {
  const engine = await openDuckDBNode();
  await engine.query(`ATTACH ${literal(path)} AS kept (READ_ONLY)`);
  const rows = await engine.query("SELECT id, copies FROM kept.traces ORDER BY id");
  await engine.close();
  return rows.toArray().map(({ id, copies }) => `${id} ${copies}`);
}

/** Quantiles of an API's own time under any context, evenly spaced or at the grid's levels. */
function ownTimes({ gcm }: Api): number[] {
  return gcm.nodes
    .find(({ kind }) => kind === "own_time")!
    .tables!.find(({ given }) => Object.keys(given).length === 0)!.values;
}

/** KS distance of two tables of quantiles, up to what lies between two levels. */
function distance(a: readonly number[], b: readonly number[]): number {
  const at = (values: readonly number[], x: number) => {
    const above = values.findIndex((value) => value > x);
    if (above <= 0) return above < 0 ? 1 : 0;
    const [low, high] = [values[above - 1]!, values[above]!];
    return (level(above - 1, values.length) * (high - x) + level(above, values.length) * (x - low)) / (high - low);
  };
  return Math.max(...[...a, ...b].map((x) => Math.abs(at(a, x) - at(b, x))));
}

function level(index: number, length: number): number {
  const grid = quantileGrid();
  return length === grid.length ? grid[index]! : index / (length - 1);
}
