import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Download, Page } from "playwright-core";
import { expect, test } from "vitest";
import { settled } from "./settled.ts";

async function textOf(download: Download): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), "palette-saved-")), "file");
  await download.saveAs(file);
  return readFileSync(file, "latin1");
}

/** What people do with traces in the notebook that explores them, on a page that has it open. */
export function exploringTests(open: () => Page): void {
  test("the choice of colours is remembered", async () => {
    const page = open();
    await page.getByLabel("Colours").selectOption({ label: "Dark" });
    await page.reload();
    await settled(page);
    expect(await page.getByLabel("Colours").locator("option:checked").innerText()).toBe("Dark");
    await page.getByLabel("Colours").selectOption({ label: "Light" });
  });

  test("on paper nothing is cut off, dark, or to be pressed", async () => {
    const page = open();
    const { width, height } = page.viewportSize()!;
    await page.getByLabel("Colours").selectOption({ label: "Dark" });
    await page.emulateMedia({ media: "print" });
    // A4 without its margins.
    await page.setViewportSize({ width: 688, height });
    await page.waitForTimeout(200);
    await settled(page);
    const printed = await page.evaluate(() => {
      const seen = (selector: string) =>
        [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.checkVisibility());
      const ends = seen("main :is(svg[aria-label], table, pre)").filter(
        (element) => element.getBoundingClientRect().right > innerWidth + 1,
      );
      return {
        cutOff: ends.map((element) => element.outerHTML.slice(0, 120)),
        buttons: seen(".bar, main :is(button, [type=range]):not(th button)").map(({ outerHTML }) => outerHTML),
        paper: getComputedStyle(document.documentElement).backgroundColor,
        ink: getComputedStyle(document.querySelector("h1")!).color,
      };
    });
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width, height });
    await page.getByLabel("Colours").selectOption({ label: "Light" });
    await page.waitForTimeout(200);
    await settled(page);
    expect(printed).toEqual({ cutOff: [], buttons: [], paper: "rgb(255, 255, 255)", ink: "rgb(27, 30, 35)" });
  });

  test("a range of a CDF is chosen by the pointer and by the keyboard, and taken apart", async () => {
    const page = open();
    const note = () => page.locator(".palette-note", { hasText: "others" }).innerText();
    const first = await note();
    expect(first).toMatch(/^45 traces of .* beside the 847 others/);
    const hit = page.getByRole("slider", { name: "Share of executions" });
    await hit.scrollIntoViewIfNeeded();
    const box = (await hit.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.1, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80, { steps: 3 });
    await page.mouse.up();
    await expect.poll(note, { timeout: 20_000 }).not.toBe(first);
    const dragged = await note();
    await hit.press("Escape");
    await expect.poll(note, { timeout: 20_000 }).toBe(first);
    await hit.press("End");
    await hit.press("Shift+PageDown");
    await expect.poll(note, { timeout: 20_000 }).toMatch(/^(89|90) traces of/);
    expect(await hit.getAttribute("aria-valuetext")).toMatch(/^P89.9: traces [\d.]+ ms$/);
    expect(dragged).toMatch(/traces of/);
    await settled(page);
  });

  test("two traces are compared call by call, and the table names what makes the difference", async () => {
    const page = open();
    const figure = page.locator("svg[aria-label^='Two traces side by side']");
    const drawn = await figure.innerHTML();
    const said = page.locator("p", { hasText: "takes" }).filter({ hasText: "longer than" });
    expect(await said.innerText()).toMatch(/^B takes .* longer than A\. Most of it is \S+ .* on the critical path/);
    await page.getByRole("grid", { name: "Typical traces" }).locator("tbody tr").nth(3).click();
    await expect.poll(() => figure.innerHTML(), { timeout: 20_000 }).not.toBe(drawn);
    await settled(page);
  });

  test("a figure is saved as SVG, PNG, CSV and JSON", async () => {
    const page = open();
    const figure = page.locator("figure", { has: page.getByRole("slider", { name: "Share of executions" }) });
    await figure.hover();
    await figure.locator("summary").click();
    const saved = new Map<string, string>();
    for (const kind of ["SVG", "PNG", "CSV", "JSON"]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        figure.getByRole("button", { name: kind }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`^latency-CDF-.*\\.${kind.toLowerCase()}$`));
      saved.set(kind, await textOf(download));
    }
    expect(saved.get("SVG")).toMatch(/^<\?xml.*<svg.*@font-face.*<\/svg>\s*$/s);
    expect(saved.get("SVG")).not.toMatch(/var\(|light-dark\(|class=/);
    expect(saved.get("PNG")).toMatch(/^\x89PNG/);
    expect(saved.get("CSV")).toMatch(/^series,latency_us,share\r\ntraces,/);
    const rows = JSON.parse(saved.get("JSON")!) as { share: number }[];
    expect(rows.at(-1)!.share).toBe(1);
  });
}
