import type { BuiltCell } from "./builtNotebook.ts";
import { withoutMarks } from "./cellMarks.ts";

/**
 * Cells that are not run because they have frozen a page, until they are asked to run or their source is another one. Kept
 * in the browser's storage, so that this holds for every page that opens the notebook.
 */
export class HeldCells {
  private held: Record<number, string | null>;

  constructor(
    private readonly key: string,
    private readonly storage: Storage = localStorage,
  ) {
    this.held = JSON.parse(storage.getItem(key) ?? "{}") as Record<number, string | null>;
  }

  /** Holds a cell with the source that it has when it is next asked about. */
  hold(id: number): void {
    this.held[id] = null;
    this.keep();
  }

  /** Lets a cell run again; false where it was not held. */
  release(id: number): boolean {
    if (!(id in this.held)) return false;
    delete this.held[id];
    this.keep();
    return true;
  }

  /** Why a cell is not run, or undefined where it is. */
  reason({ id, source: written }: BuiltCell): string | undefined {
    const known = this.held[id];
    const source = withoutMarks(written);
    if (known === undefined) return undefined;
    if (known === null) {
      this.held[id] = source;
      this.keep();
    } else if (known !== source) {
      this.release(id);
      return undefined;
    }
    return "it was running when this page stopped answering";
  }

  private keep(): void {
    if (Object.keys(this.held).length > 0) this.storage.setItem(this.key, JSON.stringify(this.held));
    else this.storage.removeItem(this.key);
  }
}
