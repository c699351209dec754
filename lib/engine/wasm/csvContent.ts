import { Decompress } from "fzstd";
import type { Compression } from "../scan/csvRelation.ts";

/** How a file is compressed, by its first bytes. */
export async function compressionOf(content: Blob): Promise<Compression> {
  const head = new DataView(await content.slice(0, 4).arrayBuffer());
  if (head.byteLength >= 2 && head.getUint16(0) === 0x1f8b) return "gzip";
  return head.byteLength === 4 && head.getUint32(0, true) === 0xfd2fb528 ? "zstd" : "none";
}

/** A zstd file's content, for DuckDB in the page, which knows gzip alone. Checksums are not looked at. */
export async function decompressZstd(path: string, content: Blob): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const decompress = new Decompress((chunk) => chunks.push(chunk.slice()));
  const reader = content.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) decompress.push(next.value);
    decompress.push(new Uint8Array(0), true);
  } catch (error) {
    throw new Error(`${path}: truncated or damaged zstd: ${(error as Error).message}`, { cause: error });
  }
  return new Blob(chunks);
}

/** Finds the damage that DuckDB reads over: a truncated gzip file, or a wrong checksum. */
export async function checkGzip(path: string, content: Blob, signal: AbortSignal): Promise<void> {
  const gunzip = new DecompressionStream("gzip") as ReadableWritablePair<Uint8Array, Uint8Array>;
  try {
    await content.stream().pipeThrough(gunzip).pipeTo(new WritableStream(), { signal });
  } catch (error) {
    const { message } = error as Error;
    // Browsers stop at the end of the first of several gzip members; DuckDB itself refuses what is no member.
    if (signal.aborted || /junk|trailing|after end/i.test(message)) return;
    throw new Error(`${path}: truncated or damaged gzip: ${message}`, { cause: error });
  }
}
