import type { Engine, EngineFile } from "./engine/engine.ts";
import { literal } from "./engine/sql.ts";
import { readHead } from "./traces/openContent.ts";

/** Bytes of intermediate tables that a fit holds for a span at its peak, measured (docs/scale.md). */
const perSpan = 580;
/** Stored bytes of a span where files do not say how many they have: text, and text within gzip or zstd. */
const bytesOf = { none: 150, gzip: 30, zstd: 30 };

export interface TemporarySpace {
  /** What a fit may write to the folder that the engine spills to. */
  bytes: number;
  /** Every file says how many spans it has. */
  counted: boolean;
}

/**
 * How much a fit to files may spill, about: what its intermediate tables need above the engine's memory. Parquet files
 * say how many spans they have, for others their size has to do.
 * @param memory bytes that the engine may use
 */
export async function temporarySpace(
  engine: Engine,
  files: readonly EngineFile[],
  memory: number,
): Promise<TemporarySpace> {
  let [spans, counted] = [0, true];
  for (const { path, size } of files) {
    const { bytes, compression } = await readHead(engine, path);
    if (new TextDecoder().decode(bytes.subarray(0, 4)) === "PAR1") {
      const found = await engine.query(`SELECT num_rows::DOUBLE AS n FROM parquet_file_metadata(${literal(path)})`);
      spans += Number(found.get(0)!.n);
    } else {
      spans += size / bytesOf[compression];
      counted = false;
    }
  }
  return { bytes: Math.max(0, Math.round(perSpan * spans - memory)), counted };
}
