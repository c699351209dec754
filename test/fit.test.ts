import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { type FitTracesOptions, fit as fitTraces } from "../lib/fit.ts";
import { readTopology } from "../lib/topology/readTopology.ts";
import { writeTopology } from "../lib/topology/writeTopology.ts";
import { type Dataset, tableOf } from "../lib/traces/dataset.ts";
import { readLedger } from "../lib/traces/ledger.ts";
import { recordsIn } from "./recordsIn.ts";
import { topologyFaults } from "./topologyFaults.ts";
import { describeWithDatasets } from "./traces/sharedDatasets.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const recording = join(import.meta.dirname, "../datasets/recording/traces.jsonl.gz");

/** Fits without anything but an address, as `palette fit` does, to the text of topology.json. */
async function textOf(engine: Engine, addresses: string[], options: FitTracesOptions = {}): Promise<string> {
  return writeTopology(await fitTraces({ engine, schema: "fitted" }, addresses, options));
}

/**
 * Checks the account of every file that was read: its records are those that are in it, and what was neither merged nor
 * rejected is an execution.
 */
async function expectLedgerToAddUp(dataset: Dataset): Promise<void> {
  const ledger = await readLedger(dataset);
  expect(ledger.accepted + ledger.merged + ledger.rejected).toBe(ledger.read);
  const rows = await dataset.engine.query(`
    SELECT path, rows_read::DOUBLE AS n, count(e."row")::DOUBLE AS kept FROM ${tableOf(dataset, "files")}
      LEFT JOIN ${tableOf(dataset, "executions")} e USING (file) WHERE e."row" IS NULL OR e."row" > 0
    GROUP BY file, path, rows_read ORDER BY file`);
  let [read, accepted] = [0, 0];
  for (const { path, n, kept } of rows.toArray()) {
    const left = ledger.rules
      .filter(({ file, action }) => file === path && (action === "merged" || action === "rejected"))
      .reduce((sum, { rows }) => sum + rows, 0);
    expect({ path, read: n, accepted: n - left }).toEqual({ path, read: recordsIn(path), accepted: kept });
    read += n;
    accepted += kept;
  }
  expect({ read, accepted }).toEqual({ read: ledger.read, accepted: ledger.accepted });
  for (const { rows, example } of ledger.rules.filter(({ action }) => action !== "skipped")) {
    expect(rows).toBeGreaterThan(0);
    expect(example).toBeGreaterThan(0);
  }
}

describe("fit", () => {
  it("gives a topology that matches the schema, whose probabilities sum to 1", async () => {
    for (const name of ["recording", "figure1"]) {
      const file = join(import.meta.dirname, `../datasets/${name}/traces.jsonl.gz`);
      const text = await textOf(engine, [file]);
      expect(topologyFaults(text)).toEqual([]);
      expect(writeTopology(readTopology(text))).toBe(text);
    }
  });

  it("gives the same bytes again, whatever the number of threads", async () => {
    const first = await textOf(engine, [recording], { holdout: 0.5 });
    expect(await textOf(engine, [recording], { holdout: 0.5 })).toBe(first);
    const single = await openDuckDBNode({ threads: 1 });
    expect(await textOf(single, [recording], { holdout: 0.5 })).toBe(first);
    await single.close();
  });

  it("holds out the same traces for the same seed, and others for another", async () => {
    const heldOut = async (seed: number) => {
      const dataset = { engine, schema: "split" };
      await fitTraces(dataset, [recording], { holdout: 0.5, seed });
      const rows = await engine.query(`
        SELECT t.id, s.test FROM ${tableOf(dataset, "split")} s JOIN ${tableOf(dataset, "traces")} t ON t.number = s.trace
        ORDER BY t.id`);
      return rows.toArray().map((row) => Boolean(row.test));
    };
    const first = await heldOut(1);
    expect(await heldOut(1)).toEqual(first);
    expect(await heldOut(2)).not.toEqual(first);
    const share = first.filter(Boolean).length / first.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / first.length));
  });

  it("fits the executions that are not held out, and no others", async () => {
    const dataset = { engine, schema: "half" };
    const topology = await fitTraces(dataset, [recording], { holdout: 0.3, seed: 5 });
    const rows = await engine.query(`
      SELECT count(*) FILTER (NOT s.test)::DOUBLE AS fitted, count(*)::DOUBLE AS executions
      FROM ${tableOf(dataset, "executions")} e JOIN ${tableOf(dataset, "split")} s USING (trace)`);
    const { fitted, executions } = rows.get(0)!;
    expect(fitted).toBeLessThan(executions);
    expect(topology.apis.reduce((sum, api) => sum + api.executions, 0)).toBe(fitted);
  });

  it("stops where it is when it is cancelled, and leaves the engine usable", async () => {
    const controller = new AbortController();
    const onStep = () => controller.abort(new Error("enough"));
    await expect(textOf(engine, [recording], { signal: controller.signal, onStep })).rejects.toThrow("enough");
    expect(topologyFaults(await textOf(engine, [recording]))).toEqual([]);
  });

  it("says in one line that nothing is left to fit", async () => {
    await expect(textOf(engine, [recording], { holdout: 1 })).rejects.toThrow(/^no execution is left [^\n]*$/);
  });
});

it("keeps in the topology which files could not be read", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palette-fit-"));
  const damaged = join(folder, "damaged.jsonl.gz");
  writeFileSync(damaged, readFileSync(recording).subarray(0, 20_000));
  const text = await textOf(engine, [recording, damaged]);
  rmSync(folder, { recursive: true });
  expect(topologyFaults(text)).toEqual([]);
  const { provenance } = readTopology(text);
  expect(provenance.sources.map(({ file }) => file)).toEqual(["traces.jsonl.gz"]);
  expect(provenance.skipped).toEqual([
    { file: "damaged.jsonl.gz", reason: expect.stringMatching(/^truncated or damaged gzip/) },
  ]);
});

describeWithDatasets("fit of genuine traces", (datasets) => {
  const files = readdirSync(datasets, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const folders = ["alibaba", "jaeger", "nezha", "traceweaver", "zipkin"];
  const withoutTraces = ["meta", "nezha/faults"];
  const nameOf = (path: string) => relative(datasets, path);

  for (const folder of folders) {
    it(`accounts for every record of ${folder}`, { timeout: 240_000 }, async () => {
      const dataset = { engine, schema: "folder" };
      const text = writeTopology(await fitTraces(dataset, [join(datasets, folder)]));
      expect(topologyFaults(text)).toEqual([]);
      await expectLedgerToAddUp(dataset);
    });
  }

  it("accounts for every record of each file on its own", { timeout: 240_000 }, async () => {
    // Of many files of a kind some stand for all: the folder's test reads every one of them.
    const minutes = files.filter((file) => file.includes("_trace.csv"));
    const others = files.filter((file) => /\.(csv|json)(\.gz)?$/.test(file) && !minutes.includes(file));
    const alone = others.filter(
      (file) => !withoutTraces.includes(nameOf(join(file, ".."))) && !/load(25|100|150)/.test(file),
    );
    for (const file of [...alone, ...minutes.filter((_, index) => index % 24 === 0)]) {
      const dataset = { engine, schema: "file" };
      expect(topologyFaults(writeTopology(await fitTraces(dataset, [file])))).toEqual([]);
      await expectLedgerToAddUp(dataset);
    }
  });

  it("reads the services of Meta's summaries and says what the other summaries lack", async () => {
    const dataset = { engine, schema: "meta" };
    expect(topologyFaults(writeTopology(await fitTraces(dataset, [join(datasets, "meta")])))).toEqual([]);
    const ledger = await readLedger(dataset);
    const rows = files.filter((file) => file.startsWith(join(datasets, "meta"))).map(recordsIn);
    const read = rows.reduce((sum, n) => sum + n, 0);
    expect(ledger).toMatchObject({ read, accepted: read, merged: 0, rejected: 0 });
    await expect(fitTraces(dataset, [join(datasets, "meta/service-history.csv")])).rejects.toThrow(
      /^[^\n]*service-history\.csv \(Meta service-history, \d+ rows\): neither calls nor services [^\n]*$/,
    );
  });

  it("notes the rows of summaries that lie among traces", async () => {
    const dataset = { engine, schema: "mixed" };
    const summary = join(datasets, "meta/inferred-path-data.csv");
    const topology = await fitTraces(dataset, [summary, recording]);
    const rows = recordsIn(summary);
    const { accepted, rules } = await readLedger(dataset);
    expect(rules).toContainEqual({ file: summary, rule: "summary-not-fitted", action: "noted", rows, example: 1 });
    expect(topology.apis.reduce((sum, { executions }) => sum + executions, 0)).toBe(accepted - rows);
  });

  it("says in one line that lists of faults hold no traces, and leaves them out beside traces", async () => {
    const dataset = { engine, schema: "faults" };
    const faults = join(datasets, "nezha/faults");
    await expect(fitTraces(dataset, [faults])).rejects.toThrow(/^[^\n]*faults[^\n]*JSON, but neither[^\n]*$/);
    await fitTraces(dataset, [faults, join(datasets, "nezha/construct_data-2023-01-29")]);
    const { rules } = await readLedger(dataset);
    expect(rules.filter(({ action }) => action === "skipped").map(({ file }) => nameOf(file))).toEqual([
      "nezha/faults/2022-08-22.json",
      "nezha/faults/2023-01-29.json",
    ]);
  });

  it("gives the same bytes whatever the number of threads", { timeout: 240_000 }, async () => {
    const single = await openDuckDBNode({ threads: 1 });
    for (const folder of ["alibaba", "zipkin", "nezha/construct_data-2022-08-23"]) {
      const text = await textOf(engine, [join(datasets, folder)]);
      expect(await textOf(engine, [join(datasets, folder)])).toBe(text);
      expect(await textOf(single, [join(datasets, folder)])).toBe(text);
    }
    await single.close();
  });
});
