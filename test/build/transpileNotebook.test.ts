import { describe, expect, test } from "vitest";
import { transpileNotebook } from "../../build/transpileNotebook.ts";

function notebook(cells: string): string {
  return `<!doctype html>\n<notebook>\n  <title>A &amp; B</title>\n${cells}\n</notebook>\n`;
}

const ts = (text: string, id = "") => `  <script ${id} type="text/x-typescript">\n    ${text}\n  </script>`;

describe("transpileNotebook", () => {
  test("a cell has its inputs, outputs and a body that computes them", async () => {
    const { title, cells } = await transpileNotebook(notebook(ts("const b: number = a * 2;", 'id="5" pinned')));
    expect(title).toBe("A & B");
    expect(cells).toHaveLength(1);
    const [cell] = cells;
    expect(cell).toMatchObject({
      id: 5,
      mode: "ts",
      inputs: ["a"],
      outputs: ["b"],
      pinned: true,
      source: "const b: number = a * 2;",
    });
    const body = new Function(`return ${cell.body}`)() as (a: number) => { b: number };
    expect(body(21)).toEqual({ b: 42 });
  });

  test("a cell that does not parse has an error with line and column, and the others none", async () => {
    const { cells } = await transpileNotebook(
      notebook([ts("const a = 1;"), ts("const b = ;"), ts("let c: = 2")].join("\n")),
    );
    expect(cells.map(({ error }) => error)).toEqual([
      undefined,
      'Unexpected ";" (1:10)',
      expect.stringMatching(/\(1:7\)$/),
    ]);
  });

  test("the same import in two cells is an output of the first only", async () => {
    const both = 'import { f, g as h } from "./m.ts"; import * as all from "./n.ts";';
    const { cells } = await transpileNotebook(
      notebook([ts(`${both} const x = f;`), ts(`${both} const y = f;`)].join("\n")),
    );
    expect(cells[0].outputs.sort()).toEqual(["all", "f", "h", "x"]);
    expect(cells[1].outputs).toEqual(["y"]);
  });

  test("a name that is imported from two modules, or imported and defined, stays with both cells", async () => {
    const { cells } = await transpileNotebook(
      notebook(
        [
          ts('import { f } from "./m.ts";'),
          ts('import { f } from "./n.ts";'),
          ts('import { g } from "./m.ts";'),
          ts("const g = 1;"),
        ].join("\n"),
      ),
    );
    expect(cells.map(({ outputs }) => outputs)).toEqual([["f"], ["f"], ["g"], ["g"]]);
  });

  test("an empty cell and cells without an id are cells like others", async () => {
    const { cells } = await transpileNotebook(notebook(`${ts("")}\n${ts("1")}\n  <script type="text/x-r">1</script>`));
    expect(cells.map(({ id, error }) => [id, error])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, "cells of type r are not supported; valid are js, ts, md, html, sql"],
    ]);
  });
});
