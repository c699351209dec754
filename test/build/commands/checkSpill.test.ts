import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesOfSize } from "../../../build/commands/bytesOfSize.ts";
import { checkSpill } from "../../../build/commands/checkSpill.ts";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../../lib/engine/engine.ts";
import { literal } from "../../../lib/engine/sql.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-"));
let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
  for (const [name, rows] of Object.entries({ few: 1e4, many: 1e5 }))
    await engine.query(
      `COPY (SELECT 1::UTINYINT AS x FROM range(${rows})) TO ${literal(join(folder, `${name}.parquet`))}`,
    );
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

test("reads sizes as DuckDB does", () => {
  expect(["512MB", "1.5 GiB", "2kb", "100B"].map(bytesOfSize)).toEqual([512e6, 1.5 * 2 ** 30, 2000, 100]);
});

test("says what may be spilled: for each span of a Parquet file the measured bytes, less the memory", async () => {
  const said: string[] = [];
  const check = (name: string, memory: string) =>
    checkSpill(engine, [join(folder, name)], { memory, spill: folder }, (text) => said.push(text));
  await check("few.parquet", "12MB");
  expect(said).toEqual([]);
  await check("many.parquet", "12MB");
  expect(said).toEqual([`may need about 0.052 GB of temporary space in ${folder}`]);
});

test("refuses what would not fit the disk, in one line, before anything is read", async () => {
  const huge: Engine = Object.assign(Object.create(engine) as Engine, {
    query: async () => ({ get: () => ({ n: 1e15 }) }),
  });
  const refused = checkSpill(huge, [join(folder, "few.parquet")], { memory: "1GB", spill: folder }, () => {});
  await expect(refused).rejects.toThrow(/^[^\n]*of temporary space may be needed, [\d.e+]+ GB is left[^\n]*$/);
});
