import { expect, test } from "vitest";
import { ConnectionPool } from "../../lib/engine/connectionPool.ts";

/** A database whose connections are numbers, with what happened to it. */
function recordingPool() {
  const log: string[] = [];
  let connections = 0;
  const stops = new Map<number, () => void>();
  const pool = new ConnectionPool<number>({
    connect: async () => connections++,
    interrupt: (connection) => {
      log.push(`interrupt ${connection}`);
      stops.get(connection)?.();
    },
    close: async (all) => void log.push(`close ${[...all].join(" ")}`),
  });
  const running = (connection: number) =>
    new Promise<number>((resolve) => stops.set(connection, () => resolve(connection)));
  return { pool, log, running, stop: (connection: number) => stops.get(connection)!() };
}

/** Lets what was started come to its first wait. */
const begun = () => new Promise((resolve) => setTimeout(resolve, 0));

test("gives work that runs at once a connection of its own, and takes idle ones again", async () => {
  const { pool, running, stop } = recordingPool();
  const first = pool.use(running);
  const second = pool.use(running);
  await begun();
  stop(0);
  stop(1);
  expect(await Promise.all([first, second])).toEqual([0, 1]);
  expect(await pool.use(async (connection) => connection)).toBeLessThan(2);
});

test("visits every connection once it is idle", async () => {
  const { pool, running, stop } = recordingPool();
  const work = [pool.use(running), pool.use(running)];
  const seen: number[] = [];
  await begun();
  const visit = pool.useEach(async (connection) => void seen.push(connection));
  await begun();
  expect(seen).toEqual([]);
  stop(1);
  stop(0);
  await Promise.all([...work, visit]);
  expect(seen).toEqual([0, 1]);
});

test("closes after the work has ended, which it interrupts, and refuses more", async () => {
  const { pool, log, running } = recordingPool();
  await pool.use(async () => {});
  const work = pool.use(running);
  const closed = pool.close();
  await expect(pool.use(running)).rejects.toThrow("the engine is closed");
  await Promise.all([work, closed, pool.close()]);
  expect([...new Set(log)]).toEqual(["interrupt 0", "close 0"]);
});
