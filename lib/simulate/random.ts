/** Mixes a 32-bit word so that every bit depends on every other (MurmurHash3's finalizer, a bijection). */
export function mix32(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/**
 * A seeded stream of random numbers: Chris Doty-Humphrey's sfc32 (128 bits of state, of which 32 are a counter), the
 * same on every machine. Streams are numbered, so that each trace has its own, whatever was drawn before it.
 */
export class Random {
  private readonly state = new Int32Array(4);

  /** @param seed any finite number; @param stream a whole number of at least 0 */
  constructor(seed: number, stream = 0) {
    this.restart(seed, stream);
  }

  /** Starts the stream from its beginning. */
  restart(seed: number, stream: number): void {
    const { state } = this;
    const high = Math.floor(seed / 2 ** 32);
    state[0] = mix32((seed - high * 2 ** 32) ^ mix32(high + 0x9e3779b9));
    state[1] = mix32((state[0] ^ Math.floor(stream / 2 ** 32)) + 0x3c6ef372);
    state[2] = mix32((state[1] ^ (stream % 2 ** 32)) + 0x78dde6e4);
    state[3] = 1;
    for (let round = 0; round < 12; round++) this.word();
  }

  /** The next 32 random bits, as a signed integer. */
  word(): number {
    const { state } = this;
    const a = state[0]!;
    const b = state[1]!;
    const c = state[2]!;
    const counter = state[3]!;
    const word = (((a + b) | 0) + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + word) | 0;
    state[3] = (counter + 1) | 0;
    return word;
  }

  /** Uniform on (0, 1), never 0 or 1, in steps of 2⁻³². */
  uniform(): number {
    return ((this.word() >>> 0) + 0.5) / 4294967296;
  }
}
