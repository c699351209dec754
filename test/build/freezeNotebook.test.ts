import { expect, test } from "vitest";
import { freezeNotebook } from "../../build/freezeNotebook.ts";
import type { CellResult } from "../../build/runNotebook.ts";

const cell = (id: number, more: Partial<CellResult>): CellResult => ({
  ...{ id, mode: "ts", status: "done", causes: [], names: [], html: "", svgs: [] },
  ...more,
});

test("a frozen notebook is one file that loads nothing, runs nothing, and says what is no result", async () => {
  const cells = [
    cell(1, { html: "<p>shown</p>" }),
    cell(2, { status: "failed", error: "<script>alert(1)</script>" }),
    cell(3, { html: '<form class="inputs-x"></form>', status: "timeout" }),
  ];
  const page = await freezeNotebook({ title: "</title><script>", cells, values: {} });
  expect(page).not.toContain("<script");
  expect(page).toContain("default-src 'none'");
  expect(page).toContain("<p>shown</p>");
  expect(page).toContain("cell 2, cell 3 failed or did not finish");
  expect(page).toContain("<form inert ");
  const addresses = [...page.matchAll(/url\(["']?([^"')]{1,12})/g)].map(([, address]) => address);
  expect(addresses.length).toBeGreaterThan(3);
  expect(addresses.filter((address) => !/^(data:|#)/.test(address!))).toEqual([]);
  expect(await freezeNotebook({ title: "t", cells: cells.slice(0, 1), values: {} })).not.toContain('role="alert"');
});
