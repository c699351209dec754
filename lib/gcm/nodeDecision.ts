import type { HeldOutGain } from "./heldOutGain.ts";

/** What the fit of a kind of nodes found, and what it went by. */
export interface NodeDecision extends Partial<HeldOutGain> {
  /** What was found, such as `2 factors`; empty for nothing. */
  found: string;
  /** Why nothing could be compared. */
  reason?: string;
}

/** Such as `1 factor` or `2 factors`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
