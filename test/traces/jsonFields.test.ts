import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationOf, idOf, nanoseconds } from "../../lib/traces/jsonFields.ts";

describe("idOf", () => {
  it.each([
    ["a1", "a1"],
    ["0a", "0a"],
    [17, "17"],
    ["", null],
    ["0000", null],
    [0, null],
    [1.5, null],
    [null, null],
    [{}, null],
  ])("reads %j as %j", (value, id) => expect(idOf(value)).toBe(id));
});

describe("nanoseconds", () => {
  it("is exact for every integer of 64 bits, as a number or as digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (ns) => {
        expect(nanoseconds(String(ns), 1)).toBe(ns);
        expect(nanoseconds(String(ns / 1000n), 1000)).toBe((ns / 1000n) * 1000n);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(nanoseconds(value, 1)).toBe(BigInt(value));
        const scaled = BigInt(value) * 1000n;
        expect(nanoseconds(value, 1000)).toBe(scaled < 2n ** 63n && scaled > -(2n ** 63n) ? scaled : null);
      }),
    );
  });

  it.each([
    ["1655760368633319.25", 1000, 1655760368633319250n],
    ["12.5", 1000, 12500n],
    ["1e3", 1, 1000n],
    [undefined, 1, undefined],
    [null, 1, undefined],
    ["", 1, undefined],
    [" ", 1, null],
    ["12:30", 1, null],
    [Number.POSITIVE_INFINITY, 1, null],
    [1e19, 1, null],
    ["9".repeat(31), 1, null],
    [true, 1, null],
    [[], 1, null],
  ] as const)("reads %j in units of %d ns as %s", (value, unit, ns) => expect(nanoseconds(value, unit)).toBe(ns));
});

describe("durationOf", () => {
  it.each([
    [4238, 4238],
    ["4238", 4238],
    [0, 0],
    [0.5, 0.5],
    [-1, "negative-duration"],
    ["", "missing-duration"],
    ["long", "bad-number"],
    [true, "bad-number"],
  ])("reads %j as %j", (value, expected) => {
    const rules: string[] = [];
    const none = () => {};
    const duration = durationOf(value, { reject: (rule) => rules.push(rule), accept: none, merge: none, mark: none });
    expect(duration ?? rules[0]).toBe(expected);
  });
});
