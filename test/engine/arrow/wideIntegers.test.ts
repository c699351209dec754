import fc from "fast-check";
import { expect, test } from "vitest";
import { wideIntegers } from "../../../lib/engine/arrow/wideIntegers.ts";

test.each([
  [8, true],
  [8, false],
  [16, true],
  [16, false],
] as const)("integers of %i bytes (signed: %s) are the nearest doubles", (width, signed) => {
  const half = 1n << BigInt(width * 8 - 1);
  const [min, max] = signed ? [-half, half - 1n] : [0n, 2n * half - 1n];
  const near = [
    0n,
    -1n,
    1n,
    1n << 31n,
    1n << 32n,
    1n << 52n,
    1n << 53n,
    (1n << 53n) + 1n,
    -(1n << 53n) - 1n,
    1n << 63n,
  ];
  const known = near.flatMap((value) => [value - 1n, value, value + 1n]).concat(min, max);
  const some = known.filter((value) => value >= min && value <= max);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(...some))), (values) => {
      const bytes = new DataView(new ArrayBuffer(values.length * width));
      values.forEach((value, i) => {
        for (let at = 0; at < width; at += 8)
          bytes.setBigUint64(i * width + at, BigInt.asUintN(64, value >> BigInt(at * 8)), true);
      });
      expect([...wideIntegers(new Uint8Array(bytes.buffer), width, signed)]).toEqual(values.map(Number));
    }),
  );
});
