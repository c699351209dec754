import type { ResultCache } from "../../cells/cachedResult.ts";
import { display } from "./display.ts";
import { inputValues } from "./inputValues.ts";
import { loopGuard, newLoopGuard } from "./loopGuard.ts";

/** The names that a cell gets anew for each of its runs. */
export const runNames = new Set(["display", "view", "signal", "invalidation", loopGuard]);

/** Why a run's signal was aborted: what the run still had under way ends by it, and nobody waits for that any more. */
export class StoppedRun extends Error {}

/** One call of a cell's body: what it may display, and the signal that tells it that its result is no longer wanted. */
export class CellRun {
  readonly startedAt = performance.now();
  /** Whether it has shown anything yet; its first display takes the place of what the last run showed. */
  hasDisplayed = false;
  private readonly controller = new AbortController();
  private readonly root: Element;
  private views = 0;
  private found?: number;
  private hasMissed = false;

  constructor(
    root: Element,
    readonly invalidation: Promise<void>,
    /** Told of each input that the cell displays, with its number in the cell. */
    private readonly onView: (element: EventTarget, index: number) => void = () => {},
  ) {
    this.root = root;
    invalidation.then(() => this.stop("the cell was run again"));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** When the results were computed that the run has taken from the cache, where that has held all that it asked for. */
  get cachedAt(): number | undefined {
    return this.hasMissed ? undefined : this.found;
  }

  /** The cache as this run sees it, which notes what it has found. */
  cache(cache: ResultCache): ResultCache {
    return {
      get: async (key) => {
        const found = await cache.get(key);
        if (found) this.found = Math.min(found.savedAt, this.found ?? found.savedAt);
        else this.hasMissed = true;
        return found;
      },
      put: (key, text) => cache.put(key, text),
      clear: () => cache.clear(),
    };
  }

  stop(reason: string): void {
    this.controller.abort(new StoppedRun(reason));
  }

  display = <T>(value: T, name?: string): T => {
    if (this.signal.aborted) return value;
    if (!this.hasDisplayed) this.root.replaceChildren();
    this.hasDisplayed = true;
    display(this.root, value, name);
    return value;
  };

  /** To be called in every turn of the cell's loops. */
  readonly turn = newLoopGuard();

  /** Displays an input and returns its values, now and after each change. */
  view = (element: EventTarget): AsyncGenerator<unknown> => {
    this.onView(element, this.views++);
    return inputValues(this.display(element));
  };
}
