import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listCellFunctions } from "../../build/listCellFunctions.ts";
import { importOf } from "../../build/page/editing/cellFunctions.ts";

test("functions are listed with what they are imported from and what they do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palette-cells-"));
  mkdirSync(join(folder, "cells"));
  const text = `/** Not of b. */
const a = 1;
export async function b() {}
/**
 * Draws ** it.
 * @throws never
 */
export function a1(x: number) {}
function inner() {}
`;
  writeFileSync(join(folder, "cells", "one.ts"), text);
  writeFileSync(join(folder, "cells", "theme.css"), "export function no() {}");
  expect(await listCellFunctions(folder, join(folder, "notebooks"))).toEqual([
    { name: "a1", from: "../cells/one.ts", about: "Draws ** it." },
    { name: "b", from: "../cells/one.ts", about: "" },
  ]);
  expect((await listCellFunctions(folder, folder))[0]?.from).toBe("./cells/one.ts");
  expect(await listCellFunctions(join(folder, "nowhere"), folder)).toEqual([]);
});

test("what a cell has is not imported twice", () => {
  expect(importOf("a", "../cells/a.ts", "b()")).toBe('import { a } from "../cells/a.ts";\n');
  expect(importOf("a", "../cells/a.ts", 'import { b, a } from "../cells/a.ts";')).toBe("");
  expect(importOf("a", "../cells/a.ts", 'import { ab } from "../cells/a.ts";\na')).not.toBe("");
});
