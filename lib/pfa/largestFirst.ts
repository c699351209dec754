/** States waiting in a binary heap: the one with the most visits comes first, of equals the one with the lowest number. */
export class LargestFirst {
  #heap: { state: number; visits: number }[] = [];

  push(state: number, visits: number): void {
    const heap = this.#heap;
    const entry = { state, visits };
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!before(entry, heap[above])) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = entry;
  }

  pop(): { state: number; visits: number } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && before(heap[below + 1], heap[below])) below += 1;
      if (!before(heap[below], last)) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: { state: number; visits: number }, b: { state: number; visits: number }): boolean {
  return a.visits > b.visits || (a.visits === b.visits && a.state < b.state);
}
