import type { Random } from "./random.ts";

/** Discrete distributions over integers, as alias tables in shared typed arrays. */
export interface Choices {
  /** First entry and number of entries of each distribution. */
  from: Int32Array;
  size: Int32Array;
  value: Int32Array;
  /** Value taken instead, where the entry's own share is exceeded. */
  alias: Int32Array;
  /** The entry's own share, 0 to 1. */
  share: Float64Array;
}

/** Draws from a distribution by one uniform (Walker's alias method); a certain outcome draws nothing. */
export function choose(choices: Choices, index: number, random: Random): number {
  const from = choices.from[index]!;
  const size = choices.size[index]!;
  if (size === 1) return choices.value[from]!;
  const scaled = random.uniform() * size;
  const entry = scaled | 0;
  return scaled - entry < choices.share[from + entry]! ? choices.value[from + entry]! : choices.alias[from + entry]!;
}

/** Collects distributions and packs them. */
export class ChoicesBuilder {
  private readonly from: number[] = [];
  private readonly size: number[] = [];
  private readonly value: number[] = [];
  private readonly alias: number[] = [];
  private readonly share: number[] = [];

  /**
   * Adds a distribution; outcomes of probability 0 are left out. Vose's construction of the alias table.
   * @returns its index
   */
  add(outcomes: readonly { value: number; probability: number }[]): number {
    const possible = outcomes.filter(({ probability }) => probability > 0);
    const total = possible.reduce((sum, { probability }) => sum + probability, 0);
    const share = possible.map(({ probability }) => (probability / total) * possible.length);
    const alias = possible.map(({ value }) => value);
    const small: number[] = [];
    const large: number[] = [];
    for (const [index, each] of share.entries()) (each < 1 ? small : large).push(index);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop()!;
      const more = large.at(-1)!;
      alias[less] = possible[more]!.value;
      share[more] = share[more]! + share[less]! - 1;
      if (share[more] < 1) small.push(large.pop()!);
    }
    for (const index of [...small, ...large]) share[index] = 1;
    this.from.push(this.value.length);
    this.size.push(possible.length);
    for (const [index, { value }] of possible.entries()) {
      this.value.push(value);
      this.alias.push(alias[index]!);
      this.share.push(share[index]!);
    }
    return this.from.length - 1;
  }

  build(): Choices {
    return {
      from: Int32Array.from(this.from),
      size: Int32Array.from(this.size),
      value: Int32Array.from(this.value),
      alias: Int32Array.from(this.alias),
      share: Float64Array.from(this.share),
    };
  }
}
