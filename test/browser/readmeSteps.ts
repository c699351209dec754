import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { projectRoot } from "../../build/projectRoot.ts";

/** A row of a table of steps in the README. */
export interface ReadmeStep {
  what: string;
  pointer: string;
  keyboard: string;
}

/** The most presses of the Tab key that a step may need. */
const mostTabs = 40;

/** The steps of one of the README's uses, by the words in bold that its paragraph begins with. */
export function readmeSteps(use: string): ReadmeStep[] {
  const readme = readFileSync(join(projectRoot(), "README.md"), "utf8");
  const section = readme.split(`**${use}.**`)[1]?.split(/\n\*\*|\n## /)[0] ?? "";
  const rows = section.split("\n").filter((line) => /^\| [A-Z]/.test(line));
  return rows.map((row) => {
    const [what = "", pointer = "", keyboard = ""] = row.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, ""));
    return { what, pointer, keyboard };
  });
}

/** Does what a step says for those who point, and nothing else. */
export async function doByPointer(page: Page, step: string): Promise<void> {
  for (const action of step.split(", then ")) {
    const [, verb, value, row, name = ""] =
      /^(click|drag across|choose \*(.+)\* in|click row (\d+) of) \*\*(.+)\*\*$/.exec(action) ?? [];
    if (!verb) throw new Error(`the README says ${JSON.stringify(action)}, which no pointer can do`);
    if (value !== undefined) {
      await page.getByRole("combobox", { name, exact: true }).selectOption({ label: value });
      continue;
    }
    const target = (row === undefined ? named(page, name) : rowOf(page, name, Number(row))).first();
    await target.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const box = (await target.boundingBox())!;
    const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
    if (verb === "drag across") {
      await page.mouse.move(...at(0.3));
      await page.mouse.down();
      await page.mouse.move(...at(0.6), { steps: 4 });
      await page.mouse.up();
    } else await page.mouse.click(...at(0.5));
  }
}

/** Does what a step says for those who type, and nothing else. */
export async function doByKeyboard(page: Page, step: string): Promise<void> {
  // Names, between asterisks, may have commas.
  for (const action of step.match(/(?:\*+[^*]+\*+|[^,*])+/g)!.map((part) => part.trim())) {
    const [, text] = /^type \*(.+)\*$/.exec(action) ?? [];
    const [, row, name] = /^Tab to (?:row (\d+) of )?\*\*(.+)\*\*$/.exec(action) ?? [];
    if (text !== undefined) await page.keyboard.type(text);
    else if (name === undefined) await page.keyboard.press(keyOf(action));
    else await tabTo(page, row === undefined ? named(page, name) : rowOf(page, name, Number(row)), action);
  }
}

const keys: Record<string, string> = {
  Ctrl: "Control",
  "↓": "ArrowDown",
  "↑": "ArrowUp",
  "→": "ArrowRight",
  "←": "ArrowLeft",
};

function keyOf(action: string): string {
  const parts = action.split(" + ").map((part) => keys[part] ?? part);
  if (parts.every((part) => /^(?:[A-Z][A-Za-z]+|.)$/.test(part))) return parts.join("+");
  throw new Error(`the README says ${JSON.stringify(action)}, which is no key`);
}

/** Presses Tab until one of these elements has the focus. */
async function tabTo(page: Page, target: Locator, action: string): Promise<void> {
  for (let presses = 0; presses < mostTabs; presses++) {
    await page.keyboard.press("Tab");
    if (await target.evaluateAll((elements) => elements.some((element) => element === document.activeElement))) return;
  }
  throw new Error(`${action}: not reached by ${mostTabs} presses of Tab`);
}

/** What people see by a name and can use. */
function named(page: Page, name: string): Locator {
  const roles = ["link", "button", "slider", "combobox", "spinbutton", "option"] as const;
  const [first, ...rest] = roles.map((role) => page.getByRole(role, { name, exact: true }));
  return rest.reduce((found, other) => found.or(other), first!);
}

function rowOf(page: Page, table: string, row: number): Locator {
  return page
    .getByRole("grid", { name: table })
    .locator("tbody tr")
    .nth(row - 1);
}
