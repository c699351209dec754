/**
 * The rows in the order of their keys, least first or greatest first; rows of equal keys stay in their order, and rows
 * without a key (NaN) come last in both directions. Takes time in proportion to the rows: a radix sort, 16 bits at a time.
 */
export function sortOrder(keys: Float64Array, descending: boolean): Uint32Array {
  const { length } = keys;
  const words = orderedWords(keys, descending);
  let order = new Uint32Array(length);
  for (let row = 0; row < length; row++) order[row] = row;
  let next = new Uint32Array(length);
  const starts = new Uint32Array(65_537);
  for (let word = 0; word < 4; word++) {
    starts.fill(0);
    for (let row = 0; row < length; row++) starts[words[4 * row + word]! + 1]!++;
    if (starts.includes(length)) continue;
    for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
    for (let i = 0; i < length; i++) {
      const row = order[i]!;
      next[starts[words[4 * row + word]!]!++] = row;
    }
    [order, next] = [next, order];
  }
  return order;
}

/** Doubles as whole numbers of four words, the lowest first, in the same order, or in the opposite one. */
function orderedWords(keys: Float64Array, descending: boolean): Uint16Array {
  const doubles = new Float64Array(keys.length);
  for (let row = 0; row < keys.length; row++) doubles[row] = (descending ? -keys[row]! : keys[row]!) + 0;
  const halves = new Uint32Array(doubles.buffer);
  for (let row = 0; row < keys.length; row++) {
    const [low, high] = [2 * row, 2 * row + 1];
    if (Number.isNaN(doubles[row]!)) {
      halves[low] = halves[high] = 0xffffffff;
    } else if (halves[high]! >>> 31) {
      halves[low] = ~halves[low]!;
      halves[high] = ~halves[high]!;
    } else halves[high] = halves[high]! | 0x80000000;
  }
  return new Uint16Array(doubles.buffer);
}
