/**
 * The pseudo-random numbers that the data sets are drawn with: mulberry32. Kept apart from the simulator's generator,
 * so that a change there leaves the committed data as they are.
 */
export class Random {
  #state: number;

  /** `seed`: any 32-bit integer. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1), in steps of 2⁻³². */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  }

  /** Uniform among the integers from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Exponential with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Lognormal with the given mean and the standard deviation `sigma` of its logarithm. */
  lognormal(mean: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const normal = radius * Math.cos(2 * Math.PI * this.uniform());
    return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
  }

  /** `digits` hexadecimal digits; never all zero, which OpenTelemetry keeps for "no id". */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits)
      text += Math.floor(this.uniform() * 65536)
        .toString(16)
        .padStart(4, "0");
    text = text.slice(0, digits);
    return /[1-9a-f]/.test(text) ? text : this.hex(digits);
  }
}
