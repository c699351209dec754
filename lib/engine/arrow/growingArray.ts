type TypedArray = Uint8Array | Int32Array | Uint32Array | Float64Array | BigInt64Array;

/** A typed array that grows by doubling. */
export class GrowingArray<A extends TypedArray> {
  items: A;
  length = 0;
  private readonly create: new (
    length: number,
  ) => A;

  constructor(create: new (length: number) => A) {
    this.create = create;
    this.items = new create(64);
  }

  push(value: A[number]): void {
    if (this.length === this.items.length) this.reserve(1);
    (this.items as { [i: number]: A[number] })[this.length++] = value;
  }

  append(values: ArrayLike<A[number]>): void {
    if (this.length + values.length > this.items.length) this.reserve(values.length);
    this.items.set(values as ArrayLike<number> & ArrayLike<bigint>, this.length);
    this.length += values.length;
  }

  /** The items so far, without spare room. */
  finish(): A {
    return this.items.subarray(0, this.length) as A;
  }

  private reserve(more: number): void {
    const grown = new this.create(Math.max(this.items.length * 2, this.length + more));
    grown.set(this.items as Uint8Array & BigInt64Array);
    this.items = grown;
  }
}
