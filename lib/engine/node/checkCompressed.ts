import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Compression, CsvFile } from "../scan/csvRelation.ts";
import { nodeFileError } from "./nodeFileError.ts";

/** How a file is compressed, by its first bytes. */
export async function compressionOf(path: string): Promise<Compression> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer.readUInt16BE(0) === 0x1f8b) return "gzip";
    return bytesRead === 4 && buffer.readUInt32LE(0) === zstdMagic ? "zstd" : "none";
  } catch (error) {
    throw nodeFileError(path, error);
  } finally {
    await file?.close();
  }
}

/**
 * Finds the damage that DuckDB reads over: it takes a truncated gzip or zstd file for a short one, and no notice of
 * gzip's checksum. Throws an Error of one line that names the first damaged file.
 */
export async function checkCompressed(files: readonly CsvFile[], signal: AbortSignal): Promise<void> {
  const queue = files.filter(({ compression }) => compression !== "none");
  const worker = async () => {
    for (let file = queue.shift(); file && !signal.aborted; file = queue.shift()) {
      if (file.compression === "gzip") await checkGzip(file.path, signal);
      else await checkZstd(file.path);
    }
  };
  await Promise.all([worker(), worker()]);
}

async function checkGzip(path: string, signal: AbortSignal): Promise<void> {
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  try {
    await pipeline(source, createGunzip({ chunkSize: 1 << 20 }), discard, { signal });
  } catch (error) {
    if (signal.aborted) return;
    throw new Error(`${path}: truncated or damaged gzip: ${(error as Error).message}`, { cause: error });
  }
}

const zstdMagic = 0xfd2fb528;

/** Walks the blocks of a zstd file (RFC 8878, 3.1.1) up to its end, without decompressing them. */
async function checkZstd(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    let at = 0;
    while (at < size) at = await skipFrame(file, at);
    if (at > size) throw new Error(`${path}: truncated zstd: it ends at byte ${size} within a frame`);
  } finally {
    await file.close();
  }
}

/** Where the frame at `at` ends; beyond the file's end where it is cut off. */
async function skipFrame(file: FileHandle, at: number): Promise<number> {
  const header = await bytes(file, at, 18);
  if (header.length < 8) return Number.POSITIVE_INFINITY;
  const magic = header.readUInt32LE(0);
  if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) return at + 8 + header.readUInt32LE(4);
  // Anything else is for DuckDB to refuse, which it does.
  if (magic !== zstdMagic) return at + header.length;
  const descriptor = header[4]!;
  const singleSegment = (descriptor >> 5) & 1;
  const contentSize = [singleSegment, 2, 4, 8][descriptor >> 6]!;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  let next = at + 5 + (1 - singleSegment) + dictionary + contentSize;
  for (let last = false; !last; ) {
    const block = await bytes(file, next, 3);
    if (block.length < 3) return Number.POSITIVE_INFINITY;
    const fields = block.readUIntLE(0, 3);
    last = (fields & 1) === 1;
    const isRunLength = ((fields >> 1) & 3) === 1;
    next += 3 + (isRunLength ? 1 : fields >> 3);
  }
  return next + (descriptor & 4);
}

async function bytes(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
