/** The name by which a cell's own loops call their guard. */
export const loopGuard = "__turn";

/** ms for which loops of a cell may keep the page from answering. */
const longest = 5000;

/** Of so many turns of a loop one looks at the clock. */
const turnsPerLook = 16;

/**
 * What a cell's loops call in each turn, for one run of the cell. Throws where they have kept the page from answering for
 * 5 s: until then nothing else in the page can run, be it what would stop them.
 */
export function newLoopGuard(): () => void {
  let turns = 0;
  let since: number | undefined;
  return () => {
    if (++turns % turnsPerLook !== 0) return;
    const now = performance.now();
    if (since === undefined) {
      since = now;
      setTimeout(() => {
        since = undefined;
      });
    } else if (now - since > longest)
      throw new Error(
        `a loop kept the page from answering for ${longest / 1000} s; let it pause now and then, with await`,
      );
  };
}
