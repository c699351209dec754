import type { BuiltNotebook } from "./builtNotebook.ts";

/** How often a module is asked for that does not load, and ms between two attempts. */
const attempts = 5;
const pause = 500;

/**
 * Loads notebooks' modules and shows the one that was wanted last. A module that was loaded before is there at once, and
 * one that others have overtaken may come after them: it is not shown.
 */
export class NewestNotebook {
  private wanted = "";

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
        if (this.wanted === module) this.show(notebook, module);
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
}
