import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { dropKept, keptTables } from "../../lib/engine/trino/keptTables.ts";
import { openTrino } from "../../lib/engine/trino.ts";
import { fit as fitTraces } from "../../lib/fit.ts";
import { addTable, lakeClient, openLakeTwin, readRecording } from "./trino/lake.ts";
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

  test("goes on from the executions of a fit that was killed, and says so", async () => {
    const address = `${cluster.address}?tables=killed`;
    const output = join(cluster.warehouse, "topology.json");
    const args = [join(projectRoot(), "build/palette.mjs"), "fit", "recording", "--engine", address, "-o", output];
    const first = spawn(process.execPath, args, { stdio: "ignore" });
    const ended = once(first, "exit");
    const built = () =>
      lakeClient(cluster)
        .run("SELECT count(*) FROM hive.lake.palette_killed__traces__steps")
        .then(
          ({ rows }) => Number(rows[0]![0]),
          () => 0,
        );
    while ((await built()) === 0 && first.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 200));
    first.kill("SIGKILL");
    expect((await ended)[1]).toBe("SIGKILL");
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toMatch(
      /topology.json: 7 services, 20 APIs, 20 edges\ngoes on from the executions that an earlier fit left\n/,
    );
    expect(await keptTables(cluster.address)).toMatchObject([{ name: "killed" }]);
    await dropKept(cluster.address, "killed");
    expect(await keptTables(cluster.address)).toEqual([]);
  }, 600_000);

  test("fits twice at once in one schema, to the same topology", async () => {
    const both = [1, 2].map(async () => {
      const engine = await openTrino(cluster.address);
      const topology = await fitTraces({ engine, schema: "traces" }, ["recording"], { name: "x", nodes: [] });
      await engine.close();
      return topology;
    });
    const [one, two] = await Promise.all(both);
    expect(one).toEqual(two);
    const { rows } = await lakeClient(cluster).run("SHOW TABLES FROM hive.lake");
    expect(rows).toEqual([["recording"]]);
  }, 600_000);

  test("finishes a fit, to the same topology, although a worker dies in its middle", async () => {
    const engine = await openTrino(cluster.address);
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
