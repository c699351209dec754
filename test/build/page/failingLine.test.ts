import { transform } from "esbuild";
import { expect, test } from "vitest";
import { mostAlike } from "../../../build/page/failingLine.ts";

const source = `import { table } from "../cells/table.ts";
const limit: number = view(Inputs.range([0, 500], { label: 'Slowest, ms', step: 1 }));
const rows = table(limit).filter((row) => row.kind === 'a');

for (const row of rows) {
  const name: string = row.name.toUpperCase();
  display(name);
}
const last = rows.at(-1).name;
display(name);
`;

test("a compiled line is found in the source that it was made of, unless another line is the same", async () => {
  const lines = source.split("\n");
  const { code } = await transform(source, {
    loader: "ts",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  const compiled = code.split("\n");
  const lineOf = (part: string) => mostAlike(compiled.find((line) => line.includes(part))!, lines);
  expect(lineOf("Slowest")).toBe(2);
  expect(lineOf("table(limit)")).toBe(3);
  expect(lineOf("toUpperCase")).toBe(6);
  expect(lineOf("at(-1)")).toBe(9);
  expect(lineOf("display(name)")).toBe(undefined);
  expect(mostAlike("return {limit, rows, last};", lines)).toBe(undefined);
});
