/** Characters that are gathered before a chunk is handed on. */
const chunkLength = 1 << 18;

/** Gathers pieces of text into chunks worth a write each; nothing is made before the consumer asks for it. */
export function* textChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
