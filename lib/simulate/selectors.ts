import type { Context } from "../topology/topology.ts";

/**
 * Choices of a row by context, as integers: an array of row indexes that is addressed by the values of registers (the
 * contexts known only while a trace is simulated). Contexts known before, such as the caller, leave no trace here.
 */
export interface Selectors {
  /** Where a selector's rows begin in `row`. */
  base: Int32Array;
  /** A selector's terms are those from termFrom[i] to termFrom[i + 1]. */
  termFrom: Int32Array;
  /** The register that a term reads, and how far one step of it moves. */
  termRegister: Int32Array;
  termStride: Int32Array;
  row: Int32Array;
}

/** The row that a selector names under the registers that begin at `frame`. */
export function selectRow(selectors: Selectors, index: number, registers: Int32Array, frame: number): number {
  let at = selectors.base[index]!;
  const end = selectors.termFrom[index + 1]!;
  for (let term = selectors.termFrom[index]!; term < end; term++) {
    at += registers[frame + selectors.termRegister[term]!]! * selectors.termStride[term]!;
  }
  return selectors.row[at]!;
}

/** What a context key stands for when rows are compiled. */
export type Parent =
  /** Known now: the value, or null where the key is absent. */
  | { fixed: string | null }
  /** Known while simulating: a register holding a digit; values without a digit never occur. */
  | { register: number; digits: ReadonlyMap<string, number>; size: number };

/** Most rows that one selector may spread over, to bound memory. */
const maxRows = 1 << 24;

/** Collects selectors and packs them. */
export class SelectorsBuilder {
  private readonly base: number[] = [];
  private readonly termFrom: number[] = [0];
  private readonly termRegister: number[] = [];
  private readonly termStride: number[] = [];
  private readonly row: number[] = [];

  /**
   * Adds a selector of the first row whose `given` holds.
   * @param rows finest context first, the last given {}, each with the index that it stands for
   * @param parents every context key that the simulator knows here
   * @param place for error messages
   * @returns its index
   */
  add(rows: readonly { given: Context; index: number }[], parents: Readonly<Record<string, Parent>>, place: string) {
    const open: { given: [string, string][]; index: number }[] = [];
    const terms = new Map<string, { register: number; digits: ReadonlyMap<string, number>; size: number }>();
    for (const { given, index } of rows) {
      const left: [string, string][] = [];
      let holds = true;
      for (const [name, value] of Object.entries(given)) {
        const parent = Object.hasOwn(parents, name) ? parents[name]! : undefined;
        if (parent === undefined) {
          const known = Object.keys(parents).join(", ") || "none";
          throw new Error(
            `topology: ${place}: the simulator knows no context ${JSON.stringify(name)} here (it knows ${known})`,
          );
        }
        if ("fixed" in parent) holds &&= parent.fixed === value;
        else if (parent.digits.has(value)) left.push([name, value]);
        else holds = false;
      }
      if (!holds) continue;
      open.push({ given: left, index });
      if (left.length === 0) break;
      for (const [name] of left) terms.set(name, parents[name] as never);
    }
    const size = [...terms.values()].reduce((product, term) => product * term.size, 1);
    if (size > maxRows) throw new Error(`topology: ${place}: ${size} contexts are more than the ${maxRows} allowed`);
    const strides = new Map<string, number>();
    let stride = 1;
    for (const [name, term] of terms) {
      strides.set(name, stride);
      this.termRegister.push(term.register);
      this.termStride.push(stride);
      stride *= term.size;
    }
    this.base.push(this.row.length);
    this.termFrom.push(this.termRegister.length);
    for (let at = 0; at < size; at++) {
      const digit = (name: string) => Math.floor(at / strides.get(name)!) % terms.get(name)!.size;
      const found = open.find(({ given }) =>
        given.every(([name, value]) => terms.get(name)!.digits.get(value) === digit(name)),
      );
      this.row.push(found!.index);
    }
    return this.base.length - 1;
  }

  build(): Selectors {
    return {
      base: Int32Array.from(this.base),
      termFrom: Int32Array.from(this.termFrom),
      termRegister: Int32Array.from(this.termRegister),
      termStride: Int32Array.from(this.termStride),
      row: Int32Array.from(this.row),
    };
  }
}
