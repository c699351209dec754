import type { BuiltCell, BuiltNotebook } from "./builtNotebook.ts";

/** How often a module is asked for that does not load, and ms between two attempts. */
const attempts = 5;
const pause = 500;

/**
 * Loads notebooks' modules and shows the one that was wanted last. A module that was loaded before is there at once, and
 * one that others have overtaken may come after them: it is not shown.
 */
export class NewestNotebook {
  private wanted = "";
  private shown?: BuiltNotebook;

  constructor(private readonly show: (notebook: BuiltNotebook, module: string) => void) {}

  /** Shows the module at an address, unless another is wanted before it is there. Rejects when it cannot be loaded. */
  async want(module: string): Promise<void> {
    if (module === this.wanted) return;
    this.wanted = module;
    for (let attempt = 1; ; attempt++) {
      const address = new URL(module, document.baseURI);
      // Browsers may remember that an address failed.
      if (attempt > 1) address.searchParams.set("attempt", String(attempt));
      try {
        const { notebook } = (await import(address.href)) as { notebook: BuiltNotebook };
        if (this.wanted === module) this.put(notebook, module);
        return;
      } catch (error) {
        if (this.wanted !== module) return;
        if (attempt === attempts) {
          this.wanted = "";
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** Shows the notebook with some of its cells changed, by a module of these (see build/notebookPatch.ts). */
  async patch(module: string): Promise<void> {
    const address = new URL(module, document.baseURI).href;
    const { order, cells } = (await import(address)) as { order: number[]; cells: BuiltCell[] };
    if (!this.shown) return;
    const known = new Map([...this.shown.cells, ...cells].map((cell) => [cell.id, cell]));
    if (order.every((id) => known.has(id)))
      this.put({ ...this.shown, cells: order.map((id) => known.get(id)!) }, this.wanted);
  }

  private put(notebook: BuiltNotebook, module: string): void {
    this.shown = notebook;
    this.show(notebook, module);
  }
}
