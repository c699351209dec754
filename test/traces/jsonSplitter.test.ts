import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonSplitter } from "../../lib/traces/jsonSplitter.ts";
import { cut } from "./cut.ts";

const containers = new Set(["data", "resourceSpans", "trace"]);

/** What a splitter finds: elements as their text, broken pieces as `!rule: beginning`. */
function split(text: string | Uint8Array, sizes: readonly number[] = [], limit?: number): string[] {
  const found: string[] = [];
  const decoder = new TextDecoder();
  const splitter = new JsonSplitter(
    containers,
    {
      element: (bytes) => found.push(decoder.decode(bytes)),
      broken: (rule, beginning) => found.push(`!${rule}: ${decoder.decode(beginning)}`),
    },
    limit,
  );
  for (const chunk of cut(typeof text === "string" ? new TextEncoder().encode(text) : text, sizes))
    splitter.push(chunk);
  splitter.end();
  return found;
}

describe("JsonSplitter", () => {
  it.each([
    ["an object", '{"a":[1,{"b":2}]}', ['{"a":[1,{"b":2}]}']],
    ["an array", '[{"a":1}, {"a":2}]', ['{"a":1}', '{"a":2}']],
    ["an array of arrays", '[[{"a":1}],[],[{"a":2},{"a":3}]]', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ["a container", '{"total":1,"data":[{"a":1},{"a":2}],"errors":[{"c":3}]}', ['{"a":1}', '{"a":2}']],
    ["a container within a container", '{"trace":{"x":{},"resourceSpans":[{"a":1}]},"y":"]"}', ['{"a":1}']],
    ["an object below a container's key", '{"data":{"a":1}}', ['{"a":1}']],
    ["containers in an array", '[{"data":[{"a":1}]},{"b":2}]', ['{"a":1}', '{"b":2}']],
    ["two containers of one object", '{"data":[{"a":1}],"resourceSpans":[{"b":2}]}', ['{"a":1}', '{"b":2}']],
    ["a container's key deeper down", '{"x":{"data":[1]}}', ['{"x":{"data":[1]}}']],
    ["a container's key as a value", '{"x":"data","y":[1]}', ['{"x":"data","y":[1]}']],
    ["a container without an array", '{"data":null}', ['{"data":null}']],
    ["an empty container", '{"data":[]}', []],
    ["brackets and quotes in texts", '[{"a":"]}\\"{["}]', ['{"a":"]}\\"{["}']],
    ["lines", '{"a":1}\n\n{"a":2}\r\n[{"a":3}]', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ["a byte order mark", '\uFEFF{"a":1}', ['{"a":1}']],
    ["scalars", '[1,"x",null]\n17\n', ["1", '"x"', "null", "17"]],
    ["nothing", " \n ", []],
  ])("finds the elements of %s", (_, text, elements) => {
    expect(split(text)).toEqual(elements);
  });

  it("leaves pretty-printed documents whole, one after the other", () => {
    const documents = [{ a: [{ b: 1 }, { c: ["x", {}] }] }, { d: { e: {} } }].map((d) => JSON.stringify(d, null, 2));
    expect(split(documents.join("\n"))).toEqual(documents);
    const flush = documents.map((text) => text.replace(/^ +/gm, ""));
    expect(split(flush.join("\n"))).toEqual(flush);
  });

  it.each([
    ["in the first line", '{"a":{"b":1\n{"a":2}\n{"a":3}\n', ['!truncated-json: {"a":{"b":1\n', '{"a":2}', '{"a":3}']],
    ["in a text of the first line", '{"a":"b\n{"a":2}\n', ['!truncated-json: {"a":"b', '{"a":2}']],
    ["in a key of the first line", '{"a\n{"a":2}\n', ['!truncated-json: {"a', '{"a":2}']],
    ["in a later line", '{"a":1}\n{"a":[\n{"a":3}\n', ['{"a":1}', '!truncated-json: {"a":[', '{"a":3}']],
    ["after an escape", '{"a":1}\n{"a":"\\\n{"a":3}\n', ['{"a":1}', '!truncated-json: {"a":"\\', '{"a":3}']],
    [
      "within a container",
      '{"data":[{"a":1},{"a":2\n{"data":[{"a":3}]}\n',
      ['{"a":1}', '!truncated-json: {"a":2\n', '{"a":3}'],
    ],
    [
      "between a container's items",
      '{"data":[{"a":1}\n{"data":[{"a":3}]}',
      ['{"a":1}', "!truncated-json: ", '{"a":3}'],
    ],
    ["at the end", '[{"a":1},{"a":2', ['{"a":1}', '!truncated-json: {"a":2']],
    ["after the last item", '[{"a":1}', ['{"a":1}', "!truncated-json: "]],
  ])("goes on behind a break %s", (_, text, found) => {
    expect(split(text)).toEqual(found);
  });

  it("passes over an element beyond the limit", () => {
    const long = `{"a":"${"x".repeat(300)}"}`;
    for (const sizes of [[], [1], [50], [250]]) {
      const found = split(`[{"b":1},${long},{"c":2}]`, sizes, 100);
      expect(found).toEqual(['{"b":1}', `!oversized-record: ${long.slice(0, 100)}`, '{"c":2}']);
    }
  });

  it("holds out against deep nesting", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(split(`[${deep},{"b":1}]`)).toEqual([deep, '{"b":1}']);
    expect(split("[".repeat(100_000))).toEqual(["!truncated-json: "]);
    expect(split("]".repeat(1000))).toEqual(["]".repeat(1000)]);
  });

  it("splits any values as they were written, however the bytes are cut", () => {
    const json = fc
      .jsonValue({ noUnicodeString: false })
      .filter((value) => typeof value === "object" && value !== null);
    const element = json.filter(
      (value) => !Array.isArray(value) && !Object.keys(value as object).some((key) => containers.has(key)),
    );
    const layouts: Record<string, (texts: string[]) => string> = {
      array: (texts) => `[${texts.join(",")}]`,
      lines: (texts) => texts.join("\n"),
      container: (texts) => `{"before":[{"x":1}],"data":[${texts.join(" , ")}],"after":{"y":"}"}}`,
      nested: (texts) => `[[${texts.join("],[")}]]`,
    };
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 5 }),
        fc.constantFrom(...Object.keys(layouts)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (values, layout, sizes) => {
          const texts = values.map((value) => JSON.stringify(value));
          expect(split(layouts[layout]!(texts), sizes)).toEqual(texts);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds the same in broken documents, however the bytes are cut", () => {
    const piece = fc.constantFrom(...'[]{},:"\\\n x', '"data"', '{"a":1}', '{"data":[', "\uFEFF", "é", "\0");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
        (pieces, sizes) => {
          expect(split(pieces.join(""), sizes)).toEqual(split(pieces.join("")));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
