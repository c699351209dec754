import type { GcmNode } from "../topology/topology.ts";
import { changeTables } from "./changeTables.ts";

/** Collects by how much medians of times moved, and moves others by as much, in the median. */
export class MedianShift {
  private readonly moved: { by: number; weight: number }[] = [];

  /** @param by µs; @param weight what it counts for */
  add(by: number, weight: number): void {
    this.moved.push({ by, weight });
  }

  /** Moves the times of nodes by the weighted median of what was collected, µs, which it returns; nothing where nothing was. */
  apply(nodes: readonly GcmNode[]): number | undefined {
    if (nodes.length === 0 || this.moved.length === 0) return undefined;
    const sorted = this.moved.toSorted((a, b) => a.by - b.by);
    const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
    let below = 0;
    const { by } = sorted.find(({ weight }) => {
      below += weight;
      return below >= half;
    })!;
    for (const node of nodes) changeTables(node, {}, (values) => values.map((value) => Math.max(0, value + by)));
    return by;
  }
}
