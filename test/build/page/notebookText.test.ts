import { readdirSync, readFileSync } from "node:fs";
import { deserialize, serialize } from "@observablehq/notebook-kit";
import fc from "fast-check";
import { JSDOM } from "jsdom";
import { expect, test } from "vitest";
import { mergeNotebooks } from "../../../build/page/mergeNotebooks.ts";
import * as edit from "../../../build/page/notebookText.ts";

const { document, DOMParser } = new JSDOM("").window;
const parser = new DOMParser();
const read = (text: string) => deserialize(text, { parser });
const write = (text: string) => serialize(read(text), { document });
const folders = ["notebooks", "test/build/fixtures/notebooks"];
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8")));
const kinds = [
  "application/x-tex",
  "text/vnd.graphviz",
  "application/vnd.node.javascript",
  "text/x-python",
  "text/x-r",
];
const types = [...edit.cellTypes.keys()];

/** A notebook with a cell of every type that Observable documents, as notebook-kit writes it. */
const every = write(
  `<notebook><title>All &amp; every</title>${[...types, ...kinds, "application/vnd.observable.javascript"]
    .map((type, i) => `<script id="${i + 3}" type="${type}" output="o${i}" format="json" hidden>x${i}</script>`)
    .join("")}</notebook>`,
);
const source = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom("a </script> b", "<\\/script>", "<!-- <script>", "  indented\n\n    more", "“é” \u2028", ""),
);

test("cells are found where notebook-kit finds them, with the same ids and sources", () => {
  for (const text of [...files, every]) {
    const cells = edit.cellsOf(text).map(({ id, source, pinned }) => ({ id, value: source, pinned }));
    expect(cells).toEqual(read(text).cells.map(({ id, value, pinned }) => ({ id, value, pinned })));
  }
});

test("of broken HTML the same cells are found as well, and an edit changes no other byte", () => {
  const part = fc.constantFrom(
    ...[
      "<script>",
      '<script id="1" type="module">',
      "<script id=7 pinned>",
      "<script id='1'>",
      "</script>",
      "</script >",
    ],
    ..."<!-- <script> -->,<p>,</div>,<notebook>,</notebook>,<title>,</title>,\n    x = 1,\n,const a = 1 < 2;,\ufeff,é".split(
      ",",
    ),
  );
  const file = fc.array(part, { maxLength: 14 }).map((all) => `<!doctype html>\n<notebook>\n${all.join("")}`);
  fc.assert(
    fc.property(file, fc.nat(5), (text, at) => {
      const cells = edit.cellsOf(text);
      expect(cells.map(({ id, source }) => [id, source])).toEqual(read(text).cells.map(({ id, value }) => [id, value]));
      const cell = cells[at];
      if (!cell) return;
      const edited = edit.withSource(text, cell.id, "new");
      expect(edited.startsWith(text.slice(0, cell.start)) && edited.endsWith(text.slice(cell.end))).toBe(true);
      expect(edit.cellsOf(edited).map(({ id }) => id)).toEqual(cells.map(({ id }) => id));
    }),
    { numRuns: 300 },
  );
});

test("what any edits make passes through notebook-kit unchanged, and other cells keep their bytes", () => {
  const step = fc.record({ kind: fc.nat(6), at: fc.nat(50), type: fc.constantFrom(...types), source });
  const canonical = [...files.map(write), every];
  fc.assert(
    fc.property(fc.constantFrom(...canonical), fc.array(step, { maxLength: 6 }), (start, steps) => {
      let text = start;
      for (const { kind, at, type, source } of steps) {
        const cells = edit.cellsOf(text);
        const id = cells[at % Math.max(1, cells.length)]?.id;
        // CR and NUL are not kept by HTML itself, and `<!--` makes a script end elsewhere.
        const clean = source.replace(/[\r\0]/g, "").replace(/<!--/g, "");
        if (id === undefined || kind === 0) text = edit.withCell(text, id, type, clean).text;
        else if (kind === 1) text = edit.withSource(text, id, clean);
        else if (kind === 2) text = edit.withType(text, id, type);
        else if (kind === 3) text = edit.withPinned(text, id, at % 2 === 0);
        else if (kind === 4) text = edit.withoutCell(text, id);
        else if (kind === 5) text = edit.withMark(text, id, { lazy: at % 2 === 0, folded: at % 3 === 0 });
        else text = edit.withMoved(text, id, at % 2 ? 1 : -1);
        const kept = edit.cellsOf(text).filter((cell) => cell.id !== id);
        const bytes = new Map(cells.map((cell) => [cell.id, cell]));
        for (const cell of kept) if (bytes.has(cell.id)) expect(cell.source).toBe(bytes.get(cell.id)!.source);
      }
      expect(write(text)).toBe(text);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("an edit leaves a text that people have formatted as it is elsewhere", () => {
  const odd = `<!DOCTYPE html>\n<!-- mine -->\n<notebook>\n\n<title>T</title>\n<script type='module'>1</script><script id=7 type="module" >\n2\n</script>\n</notebook>`;
  expect(edit.cellsOf(odd).map(({ id, source }) => [id, source])).toEqual([
    [1, "1"],
    [7, "2"],
  ]);
  expect(edit.withSource(odd, 7, "3")).toBe(odd.replace("\n2\n", "\n    3\n  "));
  expect(edit.withIds(odd)).toBe(odd.replace("<script type='module'>", `<script id="1" type='module'>`));
});

test("marks are a comment of the cell's type, follow its type, and go without a trace", () => {
  for (const [type, line] of [
    ["text/x-typescript", "// palette: lazy, folded"],
    ["application/sql", "-- palette: lazy, folded"],
    ["text/markdown", "<!-- palette: lazy, folded -->"],
    ["text/x-python", "# palette: lazy, folded"],
  ] as const) {
    const { text, id } = edit.withCell(every, undefined, type, "a\nb");
    const marked = edit.withMark(edit.withMark(text, id, { lazy: true }), id, { folded: true });
    expect(edit.cellsOf(marked)[0]).toMatchObject({ lazy: true, folded: true, source: `${line}\na\nb` });
    expect(read(marked).cells[0]!.value).toBe(`${line}\na\nb`);
    const other = edit.withType(marked, id, "text/html");
    expect(edit.cellsOf(other)[0]!.source).toBe("<!-- palette: lazy, folded -->\na\nb");
    expect(edit.withMark(marked, id, { lazy: false, folded: false })).toBe(text);
  }
});

test("changes of both sides are merged by cell, and a cell that both have changed is told", () => {
  const base = files.find((text) => text.includes("Latency of three"))!;
  const ours = edit.withCell(edit.withSource(base, 4, "ours"), 4, "module", "new").text;
  const theirs = edit.withoutCell(edit.withSource(base, 5, "theirs"), 8);
  const { text, conflicts } = mergeNotebooks(base, ours, theirs);
  expect(conflicts).toEqual([]);
  expect(edit.cellsOf(text).map(({ source }) => source)).toEqual([
    ...edit
      .cellsOf(base)
      .slice(0, 3)
      .map(({ source }) => source),
    ...["ours", "new", "theirs"],
    ...edit
      .cellsOf(base)
      .slice(5, 7)
      .map(({ source }) => source),
  ]);
  const both = mergeNotebooks(base, edit.withSource(base, 5, "ours"), theirs);
  expect(both).toEqual({ text: theirs, conflicts: [5] });
  expect(mergeNotebooks(base, edit.withoutCell(base, 5), theirs).conflicts).toEqual([5]);
});
