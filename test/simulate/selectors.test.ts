import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SelectorsBuilder, selectRow } from "../../lib/simulate/selectors.ts";
import type { Context } from "../../lib/topology/topology.ts";

const digits = new Map(["u", "v", "w"].map((name, digit) => [name, digit]));
const parents = {
  caller: { fixed: "x" },
  path: { register: 0, digits, size: 3 },
  class: { register: 2, digits, size: 3 },
};
const value = (...values: string[]) => fc.constantFrom(...values);
const given = fc.record(
  { caller: value("x", "y"), path: value("u", "v", "w", "never"), class: value("u", "v", "w") },
  { requiredKeys: [] },
);

describe("SelectorsBuilder", () => {
  it("selects the first row whose context holds, for every value of the registers", () => {
    fc.assert(
      fc.property(fc.array(fc.array(given, { maxLength: 8 }), { minLength: 1, maxLength: 3 }), (lists) => {
        const builder = new SelectorsBuilder();
        const all = lists.map((contexts) => [...contexts, {}].map((context, index) => ({ given: context, index })));
        for (const rows of all) builder.add(rows, parents, "here");
        const selectors = builder.build();
        for (const [index, rows] of all.entries()) {
          for (const path of digits.keys()) {
            for (const group of digits.keys()) {
              const context = { caller: "x", path, class: group };
              const wanted = rows.find((row) =>
                Object.entries(row.given).every(([name, each]) => context[name as keyof typeof context] === each),
              );
              const registers = Int32Array.of(77, digits.get(path)!, 77, digits.get(group)!);
              expect(selectRow(selectors, index, registers, 1)).toBe(wanted!.index);
            }
          }
        }
      }),
    );
  });

  it("refuses a context that it does not know", () => {
    const rows: { given: Context; index: number }[] = [
      { given: { mood: "bright" }, index: 0 },
      { given: {}, index: 1 },
    ];
    expect(() => new SelectorsBuilder().add(rows, parents, "apis[0].gcm.nodes[1].tables")).toThrow(
      'topology: apis[0].gcm.nodes[1].tables: the simulator knows no context "mood" here (it knows caller, path, class)',
    );
  });
});
