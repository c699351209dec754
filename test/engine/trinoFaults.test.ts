import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../lib/engine/engine.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { addTable, openLakeTwin, readRecording } from "./trino/lake.ts";
import { startTrino, type TrinoCluster, trinoMissing } from "./trino/startTrino.ts";

const workers = Number(process.env.PALETTE_TRINO_WORKERS ?? 0);
const missing = workers < 2 ? "PALETTE_TRINO_WORKERS is not 2 or more" : await trinoMissing();
if (missing) console.warn(`Workers that die are not tested: ${missing}`);

describe.skipIf(missing !== undefined)(`Trino with ${workers} workers`, () => {
  let cluster: TrinoCluster;
  let twin: Engine;
  beforeAll(async () => {
    cluster = await startTrino(workers);
    twin = await openLakeTwin();
    await readRecording(twin);
    await addTable(cluster, twin, "recording", `SELECT * EXCLUDE (file, "row") FROM recorded.spans`);
  }, 300_000);
  afterAll(async () => {
    await twin?.close();
    await cluster?.stop();
  });

  test("finishes a fit, to the same topology, although a worker dies in its middle", async () => {
    const engine = await openTrino(`${cluster.address}?retry_policy=TASK`);
    let [statements, longest, killed] = [0, 0, false];
    const query: Engine["query"] = async (sql, parameters, options) => {
      statements++;
      const started = performance.now();
      const running = engine.query(sql, parameters, options);
      if (!killed && statements > 60 && sql.includes('"executions" AS')) {
        killed = true;
        await new Promise((resolve) => setTimeout(resolve, 300));
        await cluster.killWorker(0);
      }
      const table = await running;
      longest = Math.max(longest, performance.now() - started);
      return table;
    };
    const watched = Object.assign(Object.create(engine) as Engine, { query });
    const found = await fitTraces({ engine: watched, schema: "traces" }, ["recording"], { name: "x" });
    await engine.close();
    const expected = await fitTraces({ engine: twin, schema: "traces" }, ["datasets/recording/traces.jsonl.gz"], {
      name: "x",
    });
    const { provenance: _, ...rest } = expected;
    expect(killed).toBe(true);
    expect(found).toMatchObject(rest);
    console.log(
      `${statements} statements; the longest, with the worker's death, took ${(longest / 1000).toFixed(1)} s`,
    );
  }, 600_000);

  test("says in one line that the coordinator has gone, and fits again once it is back", async () => {
    const engine = await openTrino(cluster.address);
    const cross =
      "SELECT count(*) AS n FROM hive.lake.recording a, hive.lake.recording b, hive.lake.recording c WHERE a.id < b.id";
    const running = engine.query(cross).then(String, (error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await cluster.restart();
    expect(await running).toMatch(/^(http|trino query)[^\n]*$/);
    expect((await engine.query("SELECT count(*)::INTEGER AS n FROM hive.lake.recording")).get(0)!.n).toBe(30241);
    await engine.close();
  }, 300_000);
});
