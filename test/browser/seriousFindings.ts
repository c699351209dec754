import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe holds for serious, in a page as it is, or in those of its elements that a selector names. */
export async function seriousFindings(page: Page, within = "html"): Promise<string[]> {
  // The page forbids scripts of others, so that axe comes by the debugger.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  await session.detach();
  return page.evaluate(async (within) => {
    // Colours that are still on their way say nothing of those that stay.
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) animation.finish();
    }
    type Violation = { id: string; impact: string; nodes: { html: string }[] };
    type Axe = { run(root: NodeList, options: object): Promise<{ violations: Violation[] }> };
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document.querySelectorAll(within), {
      resultTypes: ["violations"],
    });
    return violations
      .filter(({ impact }) => ["serious", "critical"].includes(impact))
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  }, within);
}
