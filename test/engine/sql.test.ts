import fc from "fast-check";
import { expect, test } from "vitest";
import { identifier, nameParts } from "../../lib/engine/sql.ts";

test("finds the parts of a table's name, quoted or not", () => {
  expect(nameParts("t")).toEqual(["t"]);
  expect(nameParts('s."a.b"')).toEqual(["s", "a.b"]);
  const name = fc.string({ unit: "binary", minLength: 1 }).map((text) => text.replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (parts) => {
      expect(nameParts(parts.map(identifier).join("."))).toEqual(parts);
    }),
  );
});

test("refuses what is no name", () => {
  for (const text of ["", ".", "a.", '"a', 'a"b"', "a..b"]) expect(() => nameParts(text)).toThrow(/invalid table name/);
});
