import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { collect } from "./collect.ts";
import { load } from "./load.ts";
import { startPostgres } from "./postgres.ts";
import { startProcesses } from "./processes.ts";
import { createProducts } from "./products.ts";

const services = ["gateway", "catalogue", "basket", "pricing", "orders", "notices"];

/** Calls a second, and for how long; the warm-up fills caches and baskets and is not kept. */
const rate = 45;
const warmUpSeconds = 15;
const seconds = 75;

/** Nothing of a recording outlives this, s. */
const timeLimit = 180;

const output = new URL(
  process.argv[2] ?? "traces.jsonl.gz",
  process.argv[2] ? `file://${process.cwd()}/` : import.meta.url,
);

/** Starts everything, calls it, writes what was recorded, and stops everything, whatever happens in between. */
async function record(): Promise<void> {
  const postgres = await startPostgres();
  try {
    await createProducts(postgres.url);
    const processes = await startProcesses(services, { url: postgres.url, users: ["catalogue"] });
    const overdue = setTimeout(processes.kill, timeLimit * 1000);
    process.once("SIGINT", processes.kill).once("SIGTERM", processes.kill);
    try {
      await load(processes.ports, { rate, seconds: warmUpSeconds, seed: 1 });
      const from = BigInt(Date.now()) * 1_000_000n;
      const calls = await load(processes.ports, { rate, seconds, seed: 2 });
      // What nobody waits for is still under way.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const text = collect(await processes.stop(), from);
      await writeFile(output, gzipSync(text, { level: 9 }));
      const traces = text.split("\n").length - 1;
      console.log(
        `${calls} calls, ${traces} traces, ${text.match(/"spanId"/g)?.length ?? 0} spans, ${output.pathname}`,
      );
    } finally {
      clearTimeout(overdue);
      processes.kill();
    }
  } finally {
    await postgres.stop();
  }
}

record().catch((error: Error) => {
  process.stderr.write(`record: ${error.message}\n`);
  process.exitCode = 1;
});
