import type { Engine } from "../lib/engine/engine.ts";
import { identifier } from "../lib/engine/sql.ts";

/** Drops a schema once nothing writes to it; a query that is just being cancelled may hold it for a moment. */
export async function dropSchema(engine: Engine, schema: string, working: Promise<unknown>): Promise<void> {
  await working.catch(() => {});
  for (let wait = 20; wait < 5000; wait *= 2) {
    try {
      await engine.query(`DROP SCHEMA IF EXISTS ${identifier(schema)} CASCADE`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
