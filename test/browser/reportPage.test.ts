import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import type { FitReport } from "../../lib/report.ts";
import { jsonOf, runPalette } from "../build/commands/runPalette.ts";
import { describeInChromium, openChromium } from "./chromium.ts";
import { hostileNames } from "./hostileTraces.ts";
import { seriousFindings } from "./seriousFindings.ts";

const folder = mkdtempSync(join(tmpdir(), "palette-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeInChromium("the page of a report", () => {
  test("leads from the headline to the worst API, its cause and its picture, whatever it is called", async () => {
    const [json, html] = [join(folder, "report.json"), join(folder, "page.html")];
    const traces = join(projectRoot(), "datasets/recording/traces.jsonl.gz");
    jsonOf(runPalette(["fit", traces, "-o", join(folder, "t.json"), "--report", json, "--traces", "4000", "--json"]));
    const report = JSON.parse(readFileSync(json, "utf8")) as FitReport;
    for (const [i, one] of report.worst!.entries()) one.api = hostileNames[i % hostileNames.length]!;
    for (const [i, one] of report.apis.entries()) one.service = hostileNames[i % hostileNames.length]!;
    writeFileSync(json, JSON.stringify(report));
    jsonOf(runPalette(["report", json, "-o", html, "--json"]));

    const chromium = await openChromium();
    const { page } = chromium;
    await page.goto(`file://${html}`);
    const [worst] = report.worst!;
    await page
      .getByRole("link", { name: hostileNames[0]!.slice(0, 12) })
      .first()
      .click();
    const section = page.locator("#worst-1");
    expect((await section.boundingBox())!.y).toBeLessThan(100);
    expect(await section.locator("p").first().innerText()).toContain(worst!.cause.text);
    for (const label of ["Latency CDFs", "KS distance: as generated", "Rank correlation"])
      expect(await section.locator(`svg[aria-label^="${label}"]`).first().isVisible()).toBe(true);
    const rows = page.getByRole("table", { name: "All executions by API" }).locator("tbody tr");
    expect(await rows.count()).toBe(report.apis.length);
    expect(await page.evaluate("globalThis.injected ?? null")).toBeNull();
    expect(await page.locator("script, img").count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
    expect(chromium.problems).toEqual([]);
    await chromium.close();
  });
});
