import { breathe } from "./breathe.ts";
import { sortOrder } from "./sortOrder.ts";

/** Texts as UTF-8, one after the other: text i has the bytes from `starts[i]` to `starts[i + 1]`. */
export interface TextBytes {
  bytes: Uint8Array;
  starts: Uint32Array;
}

/** Bytes that one number holds, each with the end of a text before it. */
const step = 6;

/** Groups of fewer texts are sorted by comparing them. */
const few = 64;

/**
 * Numbers in the order of the texts, which is that of their code points; equal texts have equal numbers. A radix sort, six
 * bytes at a time, of those alone that the bytes before left equal: it takes time in proportion to the bytes that tell the
 * texts apart, and lets the page answer meanwhile.
 */
export async function textKeys(texts: TextBytes): Promise<Float64Array> {
  const { bytes, starts } = texts;
  const length = starts.length - 1;
  const order = new Uint32Array(length);
  for (let i = 0; i < length; i++) order[i] = i;
  const groups = [{ from: 0, to: length, depth: 0 }];
  const pause = breathe();
  for (let group = groups.pop(); group; group = groups.pop()) {
    await pause();
    const { from, to } = group;
    const members = order.slice(from, to);
    if (members.length < few) {
      order.set(
        members.sort((a, b) => compare(texts, a, b)),
        from,
      );
      continue;
    }
    const depth = sharedPrefix(texts, members, group.depth);
    const keys = new Float64Array(members.length);
    for (let i = 0; i < keys.length; i++) {
      const text = members[i]!;
      keys[i] = keyAt(bytes, starts[text]! + depth, starts[text + 1]!);
    }
    await pause();
    const places = sortOrder(keys, false);
    await pause();
    for (let i = 0; i < places.length; i++) order[from + i] = members[places[i]!]!;
    for (let first = 0, i = 1; i <= places.length; i++) {
      const key = keys[places[first]!]!;
      if (i < places.length && keys[places[i]!] === key) continue;
      // Texts that end within these bytes are equal.
      if (i - first > 1 && key % 257 !== 0) groups.push({ from: from + first, to: from + i, depth: depth + step });
      first = i;
    }
  }
  const ranks = new Float64Array(length);
  for (let i = 1; i < length; i++) {
    if (i % 65_536 === 0) await pause();
    const differs = compare(texts, order[i - 1]!, order[i]!) !== 0;
    ranks[order[i]!] = ranks[order[i - 1]!]! + Number(differs);
  }
  return ranks;
}

/** The next bytes as one number below 2^53; a text that has ended comes before all that go on. */
function keyAt(bytes: Uint8Array, from: number, end: number): number {
  let key = 0;
  for (let i = from; i < from + step; i++) key = key * 257 + (i < end ? bytes[i]! + 1 : 0);
  return key;
}

/** How many bytes all of these texts have in common, which have at least `depth`. */
function sharedPrefix({ bytes, starts }: TextBytes, members: Uint32Array, depth: number): number {
  const first = starts[members[0]!]!;
  let shared = starts[members[0]! + 1]! - first;
  for (const text of members) {
    const start = starts[text]!;
    shared = Math.min(shared, starts[text + 1]! - start);
    for (let i = depth; i < shared; i++) {
      if (bytes[start + i] !== bytes[first + i]) shared = i;
    }
    if (shared <= depth) return depth;
  }
  return shared;
}

function compare({ bytes, starts }: TextBytes, a: number, b: number): number {
  const [from, other] = [starts[a]!, starts[b]!];
  const [length, otherLength] = [starts[a + 1]! - from, starts[b + 1]! - other];
  for (let i = 0; i < Math.min(length, otherLength); i++) {
    const difference = bytes[from + i]! - bytes[other + i]!;
    if (difference !== 0) return difference;
  }
  return length - otherLength;
}
