import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { literal } from "../../lib/engine/sql.ts";
import type { Samples } from "./scanContract.ts";

/** Has the native engine write the samples, once for each test file. */
export function makeSamples(): Promise<Samples> {
  made ??= make();
  return made;
}

let made: Promise<Samples> | undefined;

async function make(): Promise<Samples> {
  const folder = await mkdtemp(join(tmpdir(), "palette-samples-"));
  const engine = await openDuckDBNode();
  try {
    const csv = join(folder, "sample.csv.zst");
    const file = join(folder, "sample.parquet");
    await engine.query(
      `COPY (SELECT * FROM (VALUES ('1', 'x'), ('2', 'y')) t(a, b)) TO ${literal(csv)} (HEADER, COMPRESSION zstd)`,
    );
    await engine.query(`
      COPY (SELECT x::DOUBLE AS n, 'text ' || x AS t, [x::DOUBLE, x::DOUBLE] AS l FROM range(5000) r(x) ORDER BY x)
      TO ${literal(file)} (FORMAT parquet)`);
    const parquet = new Uint8Array(await readFile(file));
    return {
      zstd: new Uint8Array(await readFile(csv)),
      parquet,
      billion: claimBillion(parquet, 5000, 1),
      consistent: claimBillion(parquet, 5000, 0),
    };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true });
  }
}

/** Rewrites the numbers of rows in a Parquet footer but the first few, of which the very first is the file's own. */
function claimBillion(parquet: Uint8Array, rows: number, kept: number): Uint8Array {
  const bytes = Buffer.from(parquet);
  const footer = bytes.subarray(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length - 8);
  const [from, to] = [varint(rows), varint(1_000_000_000)];
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let found = footer.indexOf(from), n = 0; found >= 0; found = footer.indexOf(from, at), n++) {
    pieces.push(footer.subarray(at, found), n < kept ? from : to);
    at = found + from.length;
  }
  pieces.push(footer.subarray(at));
  const changed = Buffer.concat(pieces);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(changed.length);
  const data = bytes.subarray(0, bytes.length - 8 - footer.length);
  return new Uint8Array(Buffer.concat([data, changed, length, Buffer.from("PAR1")]));
}

/** A positive integer as Thrift's compact protocol writes it. */
function varint(value: number): Buffer {
  const digits: number[] = [];
  for (let rest = value * 2; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...digits, rest]);
    digits.push((rest % 128) | 128);
  }
}
