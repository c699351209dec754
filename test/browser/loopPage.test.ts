import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loopPage } from "../../build/loopPage.ts";
import { compareSamples } from "../../lib/compare/compareSamples.ts";
import type { LatencySamples } from "../../lib/compare/latencySamples.ts";
import { Random } from "../../lib/simulate/random.ts";
import { describeInChromium, openChromium } from "./chromium.ts";
import { hostileNames } from "./hostileTraces.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-loop-page-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every API is an entry, its latency uniform from 1 ms to `most` ms. */
function samples(seed: number, most: number): LatencySamples {
  const random = new Random(seed);
  const apis = hostileNames.map((name, index) => ({
    ...{ service: name, name: hostileNames[(index + 1) % hostileNames.length]! },
    durations: Float64Array.from({ length: 300 }, () => 1000 * (1 + random.uniform() * (most - 1))).sort(),
  }));
  return { apis, roots: apis };
}

describeInChromium("the page of a loop", () => {
  test("shows original, model and running system of each entry, offline, and takes names as text", async () => {
    const [train, held, model, running] = [samples(1, 10), samples(2, 10), samples(3, 10), samples(4, 20)];
    const judgement = {
      model: compareSamples(train, model, { running, refitted: running, chance: model }),
      drawn: compareSamples(model, model, { running }),
      original: compareSamples(train, held, { model, running }),
    };
    const judged = { model, running, original: { train, test: held } };
    const file = join(folder, "index.html");
    writeFileSync(file, await loopPage(hostileNames[0]!, [...hostileNames], judgement, judged));
    const chromium = await openChromium();
    const { page } = chromium;
    await page.goto(`file://${file}`);
    expect(await page.locator("h1").textContent()).toBe(hostileNames[0]);
    const figures = page.locator("figure svg[role=group]");
    expect(await figures.count()).toBe(hostileNames.length);
    for (const text of await figures.allTextContents()) {
      for (const name of ["original", "model", "running system"]) expect(text).toContain(name);
    }
    expect(await page.evaluate("globalThis.injected ?? null")).toBeNull();
    expect(await page.locator("script, img").count()).toBe(0);
    expect(chromium.problems).toEqual([]);
    await chromium.close();
  });
});
