/**
 * Little-endian integers of 8 or 16 bytes as doubles: exact up to 2^53, beyond it rounded to the nearest double.
 * `data` starts at a multiple of 4 bytes.
 */
export function wideIntegers(data: Uint8Array, width: 8 | 16, signed: boolean): Float64Array {
  const count = data.byteLength / width;
  const step = width / 4;
  const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const doubles = new Float64Array(count);
  for (let i = 0, w = 0; i < count; i++, w += step) {
    const low = words[w]!;
    const high = words[w + 1]! | 0;
    const extension = high < 0 ? 0xffffffff : 0;
    const narrow = signed || high >= 0;
    const isShort = width === 8 || (words[w + 2] === extension && words[w + 3] === extension);
    if (narrow && isShort && high >= -0x200000 && high < 0x200000) doubles[i] = high * 0x100000000 + low;
    else {
      let value = 0n;
      for (let k = step - 1; k >= 0; k--) value = (value << 32n) | BigInt(words[w + k]!);
      doubles[i] = Number(signed ? BigInt.asIntN(width * 8, value) : value);
    }
  }
  return doubles;
}
