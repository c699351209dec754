import { parentPort, workerData } from "node:worker_threads";
import { compile } from "./compile.ts";
import { type BatchOptions, simulateBatches } from "./simulate.ts";
import { simulatedPiece } from "./simulatedPiece.ts";
import type { FromThread, ThreadData } from "./simulateInThreads.ts";

// A worker thread of `simulateInThreads`: simulates the ranges of traces that it is sent, one after another.
const { topology, model, format } = workerData as ThreadData;
const compiled = compile(topology, model);
const send = (message: FromThread, transfer: ArrayBuffer[] = []) => parentPort!.postMessage(message, transfer);

parentPort!.on("message", (range: BatchOptions) => {
  try {
    for (const batch of simulateBatches(compiled, range)) {
      const piece = simulatedPiece(topology, batch, format, range.seed);
      const columns = ArrayBuffer.isView(piece.content) ? [piece.content] : Object.values(piece.content);
      const buffers = columns.flatMap((column) => (ArrayBuffer.isView(column) ? [column.buffer as ArrayBuffer] : []));
      send({ piece }, buffers);
    }
    send({ done: true });
  } catch (error) {
    send({ failed: (error as Error).message });
  }
});
