import { fullValues } from "../gcm/thinTable.ts";
import type { Table } from "../topology/topology.ts";

/** Quantile functions in shared typed arrays, ready for sampling by inverse transform. */
export interface QuantileTables {
  /** First value and number of values of each table. */
  from: Int32Array;
  size: Int32Array;
  /** Ascending values, µs, and how far log(1 + value) is to the next of them. */
  value: Float64Array;
  step: Float64Array;
  /** The levels at which the values of a full table stand, and 1/width of the interval above each. */
  grid: Float64Array;
  inverseWidth: Float64Array;
  /** For u in [i, i+1)/size of the guide: the last level at or below i/size. */
  guide: Int32Array;
}

/** The quantile function of table `index` at `u` in (0, 1), as `quantile` in lib/gcm/quantile.ts defines it. */
export function quantileOf(tables: QuantileTables, index: number, u: number): number {
  const from = tables.from[index]!;
  const size = tables.size[index]!;
  const { value, step, grid } = tables;
  if (size === 1) return value[from]!;
  let low: number;
  let share: number;
  if (size === grid.length) {
    low = tables.guide[(u * tables.guide.length) | 0]!;
    while (grid[low + 1]! <= u) low++;
    share = (u - grid[low]!) * tables.inverseWidth[low]!;
  } else {
    const position = u * (size - 1);
    low = position | 0;
    share = position - low;
  }
  const at = from + low;
  return value[at]! + (1 + value[at]!) * expm1(share * step[at]!);
}

/** exp(x) − 1 for x of at least 0, to a relative error of 1e-12: steps of tables are short, and Math.expm1 is slow. */
function expm1(x: number): number {
  if (x > 0.3) return Math.expm1(x);
  const high = 1 + x * (1 / 6) * (1 + x * (1 / 7) * (1 + x * (1 / 8) * (1 + x * (1 / 9) * (1 + x * (1 / 10)))));
  return x * (1 + x * (1 / 2) * (1 + x * (1 / 3) * (1 + x * (1 / 4) * (1 + x * (1 / 5) * high))));
}

/** Collects tables and packs them; a table that is added again keeps its index. */
export class QuantileTablesBuilder {
  private readonly known = new Map<Pick<Table, "values" | "step">, number>();
  private readonly lists: (readonly number[])[] = [];
  private readonly from: number[] = [];
  private values = 0;

  /** @param grid the topology's `quantileGrid` */
  constructor(private readonly grid: readonly number[]) {}

  /** @returns the index of a table, whose values are ascending */
  add(table: Pick<Table, "values" | "step">): number {
    const known = this.known.get(table);
    if (known !== undefined) return known;
    const index = this.from.length;
    this.known.set(table, index);
    const values = fullValues(this.grid, table);
    this.lists.push(values);
    this.from.push(this.values);
    this.values += values.length;
    return index;
  }

  build(): QuantileTables {
    const { grid } = this;
    const cells = 4 * grid.length;
    const value = new Float64Array(this.values);
    for (const [index, values] of this.lists.entries()) value.set(values, this.from[index]);
    return {
      from: Int32Array.from(this.from),
      size: Int32Array.from(this.lists, ({ length }) => length),
      value,
      step: value.map((each, at) => (value[at + 1]! > each ? Math.log1p(value[at + 1]!) - Math.log1p(each) : 0)),
      grid: Float64Array.from(grid),
      inverseWidth: Float64Array.from(grid, (level, index) => 1 / ((grid[index + 1] ?? 2) - level)),
      guide: Int32Array.from({ length: cells }, (_, cell) => grid.findLastIndex((level) => level <= cell / cells)),
    };
  }
}
