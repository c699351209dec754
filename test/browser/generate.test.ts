import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectRoot } from "../../build/projectRoot.ts";
import { goFolder } from "../export/go/goTool.ts";
import { describeInChromium } from "./chromium.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { settled } from "./settled.ts";
import { Workbench } from "./workbench.ts";

const bench = new Workbench(projectRoot().replace(/.$/, ""));

describeInChromium("generating a system in a notebook", () => {
  beforeAll(async () => {
    await bench.start();
    await bench.open("generate", "engine=native");
  });
  afterAll(() => bench.close());

  test.skipIf(goFolder === undefined)("a system is stopped, run again to its end, and shown", async () => {
    const { page } = bench;
    const runner = page.locator(".palette-runner");
    const run = runner.getByRole("button", { name: "Run the system" });
    const stop = runner.getByRole("button", { name: "Stop" });
    const said = runner.locator("p[role=status]");
    expect(await stop.isDisabled()).toBe(true);
    await runner.getByLabel("Seconds").fill("600");
    await runner.getByLabel("Processes").fill("2");
    await run.click();
    await runner.locator(".palette-progress", { hasText: /driving the workload/ }).waitFor();
    expect(await seriousFindings(page, ".palette-runner")).toEqual([]);
    await stop.click();
    await expect.poll(() => said.textContent()).toBe("stopped");
    expect(await runner.locator(".palette-progress").count()).toBe(0);

    await runner.getByLabel("Seconds").fill("2");
    await runner.getByLabel("Time scale").fill("0");
    await run.click();
    await expect.poll(() => said.textContent()).toMatch(/--scale "0" is not a number/);
    await runner.getByLabel("Time scale").fill("1");
    await runner.getByLabel("Calls a second").fill("20");
    await run.click();
    await expect.poll(() => said.textContent(), { timeout: 60_000 }).toMatch(/calls completed, 0 failed.*KS of entry/);
    await settled(page, ({ values }) => values.ran !== null);
    const drawn = page.locator("#cell-7 figure svg[role=group]");
    expect(await drawn.count()).toBeGreaterThan(1);
    expect(await drawn.first().textContent()).toContain("running system");
    expect(await page.locator("#cell-7 table").count()).toBe(1);
  });

  test("the source is downloaded as a zip, for either target", async () => {
    const { page } = bench;
    for (const [label, file] of [
      ["Go, zip", "go.mod"],
      ["Blueprint, zip", "wiring/main.go"],
    ] as const) {
      const downloading = page.waitForEvent("download");
      await page.locator(".palette-export").getByRole("button", { name: label }).click();
      const download = await downloading;
      const name = download.suggestedFilename().replace(/\.zip$/, "");
      const files = unzipSync(readFileSync((await download.path())!));
      expect(files).toHaveProperty([`${name}/${file}`]);
      expect(files).toHaveProperty([`${name}/workflow/gcm/work.go`]);
      expect(files).toHaveProperty([`${name}/exported.json`]);
    }
    expect(bench.chromium.problems).toEqual([]);
  });
});
