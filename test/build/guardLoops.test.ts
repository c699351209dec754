import { transpile } from "@observablehq/notebook-kit";
import { expect, test } from "vitest";
import { guardLoops } from "../../build/guardLoops.ts";

const source = `let n = 0;
for (let i = 0; i < 3; i++) for (const j of [1, 2]) n += j;
do n++; while (n < 12)
while (n < 14) { n++; }
for (const key in {a: 1}) ;
const text = "for (;;) {}";`;

test("every turn of every loop calls the guard, and nothing else changes", () => {
  const cell = transpile(source, "js");
  const guarded = guardLoops(cell);
  expect(guarded.inputs).toEqual(["__turn"]);
  expect(guarded.body.split("\n")).toHaveLength(cell.body.split("\n").length);
  let turns = 0;
  const made = new Function(`return ${guarded.body}`)()(() => turns++);
  expect(made).toEqual({ n: 14, text: "for (;;) {}" });
  expect(turns).toBe(3 + 6 + 3 + 2 + 1);
});

test("cells without loops, and names that a cell takes, stay", () => {
  const plain = transpile("a + b", "js");
  expect(guardLoops(plain)).toBe(plain);
  const looping = guardLoops(transpile("const all = []; for await (const one of given) all.push(one);", "js"));
  expect(looping.inputs).toEqual(["given", "__turn"]);
  expect(looping.body).toMatch(/^async \(given, __turn\) => \{\n/);
});
