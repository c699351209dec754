import type { Page } from "playwright-core";

/** What a notebook's page says of itself, by its global `palette`. */
export interface PageState {
  states: { id: number; status: string; error?: string; causes: number[] }[];
  values: Record<string, unknown>;
}

/** The states and values of the notebook on a page, once all of its cells are settled and `condition` holds. */
export async function settled(page: Page, condition: (state: PageState) => boolean = () => true): Promise<PageState> {
  for (;;) {
    // The page forbids compiling text, so that Playwright's own waitForFunction cannot be used.
    const state = await page.evaluate(read).catch((error: Error) => {
      if (!/context was destroyed/.test(error.message)) throw error;
    });
    if (state && condition(state)) return state;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs in the page; undefined while a cell is not settled. */
function read(): PageState | undefined {
  const { palette } = globalThis as { palette?: { states(): PageState["states"]; values(): PageState["values"] } };
  const states = palette?.states() ?? [];
  const busy = states.length === 0 || states.some(({ status }) => status === "waiting" || status === "running");
  return busy ? undefined : { states, values: palette!.values() };
}
