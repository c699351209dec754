/** The bytes of one element, collected from the chunks that it stretches over, as far as they stay within a limit. */
export class ElementBytes {
  private readonly limit: number;
  private bytes = new Uint8Array(1024);
  private length = 0;
  private total = 0;

  /** `limit`: bytes of the longest element that is kept whole. */
  constructor(limit: number) {
    this.limit = limit;
  }

  append(piece: Uint8Array): void {
    this.total += piece.length;
    const length = Math.min(this.total, this.limit);
    if (length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(length, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    this.bytes.set(piece.subarray(0, length - this.length), this.length);
    this.length = length;
  }

  /** The element's bytes with a last piece; null where they exceed the limit. Valid until the next call. */
  whole(last: Uint8Array): Uint8Array | null {
    if (this.total + last.length > this.limit) return null;
    if (this.total === 0) return last;
    this.append(last);
    return this.bytes.subarray(0, this.length);
  }

  /** The first `count` bytes with a last piece, or fewer where the limit is less. */
  beginning(last: Uint8Array, count: number): Uint8Array {
    const first = this.bytes.subarray(0, Math.min(count, this.length));
    const rest = last.subarray(0, Math.min(count, this.limit) - first.length);
    const joined = new Uint8Array(first.length + rest.length);
    joined.set(first);
    joined.set(rest, first.length);
    return joined;
  }

  clear(): void {
    this.length = 0;
    this.total = 0;
    if (this.bytes.length > 2 ** 24) this.bytes = new Uint8Array(1024);
  }
}
