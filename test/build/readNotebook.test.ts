import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readNotebook } from "../../build/readNotebook.ts";

describe("readNotebook", () => {
  test("gives the same for the same text, kept or not, and something else for another", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "palette-notebook-")), "n.html");
    const text = (value: number) =>
      `<!doctype html><notebook><title>${file}</title><script type="module">const a = ${value};</script></notebook>`;
    writeFileSync(file, text(1));
    const [first, second] = await Promise.all([readNotebook(file), readNotebook(file)]);
    expect(first).toEqual(second);
    expect(await readNotebook(file)).toEqual(first);
    expect(first).toMatchObject({ title: file, cells: [{ id: 1, outputs: ["a"], source: "const a = 1;" }] });
    writeFileSync(file, text(2));
    expect((await readNotebook(file)).cells[0].source).toBe("const a = 2;");
  });

  test("a file that is missing or is no notebook is refused in one line", async () => {
    await expect(readNotebook("/nowhere/x.html")).rejects.toThrow("/nowhere/x.html: no such notebook");
    const file = join(mkdtempSync(join(tmpdir(), "palette-notebook-")), "n.html");
    writeFileSync(file, "<p>hello</p>");
    await expect(readNotebook(file)).rejects.toThrow(/^[^\n]*n\.html: no <notebook> element[^\n]*$/);
  });
});
