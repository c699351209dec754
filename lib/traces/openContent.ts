import { Decompress } from "fzstd";
import type { Engine } from "../engine/engine.ts";

export type Compression = "none" | "gzip" | "zstd";

export interface Content {
  compression: Compression;
  /** The bytes after decompression. Errors, in one line without the path, where the compressed data is damaged. */
  stream: ReadableStream<Uint8Array>;
}

/** Opens a file for its content: gzip and zstd are known by their first bytes, whatever the file's name says. */
export async function openContent(engine: Engine, path: string): Promise<Content> {
  const reader = (await engine.open(path)).getReader();
  let first = new Uint8Array(0);
  while (first.length < 4) {
    const { value, done } = await reader.read();
    if (done) break;
    first = join(first, value);
  }
  const compression = compressionOf(first);
  const stored = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  if (compression === "none") return { compression, stream: stored };
  const decompressor = (compression === "gzip" ? new DecompressionStream("gzip") : zstdStream()) as Decompressor;
  return { compression, stream: rewordErrors(stored.pipeThrough(decompressor), `truncated or damaged ${compression}`) };
}

/** The first bytes of a file's content, at least `length` of them or all, and whether those are all. */
export async function readHead(engine: Engine, path: string, length = 65_536) {
  const { compression, stream } = await openContent(engine, path);
  const reader = stream.getReader();
  let bytes = new Uint8Array(0);
  try {
    while (bytes.length < length) {
      const { value, done } = await reader.read();
      if (done) return { compression, bytes, whole: true };
      bytes = join(bytes, value);
    }
    return { compression, bytes, whole: false };
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function compressionOf(bytes: Uint8Array): Compression {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return "zstd";
  return "none";
}

type Decompressor = ReadableWritablePair<Uint8Array, Uint8Array>;

function zstdStream(): Decompressor {
  let decompress: Decompress;
  return new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      decompress = new Decompress((chunk) => controller.enqueue(chunk));
    },
    transform: (chunk) => decompress.push(chunk),
    flush: () => decompress.push(new Uint8Array(0), true),
  });
}

function rewordErrors(stream: ReadableStream<Uint8Array>, message: string): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await reader.read().catch(() => {
        throw new Error(message);
      });
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
