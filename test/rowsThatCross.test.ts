import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { fit as fitTraces } from "../lib/fit.ts";
import { compile } from "../lib/simulate/compile.ts";
import { simulateBatches } from "../lib/simulate/simulate.ts";
import { writeParquet } from "../lib/simulate/writeParquet.ts";
import { syntheticTopology } from "./simulate/syntheticTopology.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows that leave the engine in a fit of so many generated traces, and rows that are sent to it. */
async function rowsThatCross(traces: number): Promise<number> {
  const topology = syntheticTopology({ apis: 8, stages: 2, seed: 1 });
  const engine = await openDuckDBNode();
  const path = join(folder, `${traces}.parquet`);
  await writeParquet(engine, topology, simulateBatches(compile(topology), { traces, seed: 1 }), path, { seed: 1 });
  let rows = 0;
  const query: Engine["query"] = async (sql, parameters, options) => {
    const table = await engine.query(sql, parameters, options);
    rows += table.numRows;
    return table;
  };
  const insert: Engine["insert"] = async (table, sent) => {
    rows += sent.numRows;
    await engine.insert(table, sent);
  };
  await fitTraces({ engine: Object.assign(Object.create(engine) as Engine, { query, insert }), schema: "counted" }, [
    path,
  ]);
  await engine.close();
  return rows;
}

test("a fit moves as many rows, however many spans there are: statistics and samples alone", async () => {
  const [few, many] = [await rowsThatCross(2500), await rowsThatCross(7500)];
  expect(many / few).toBeLessThan(1.3);
});
