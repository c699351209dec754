import { quantile } from "../gcm/quantile.ts";
import type { Context, GcmNode, Table, Topology } from "../topology/topology.ts";
import type { Behaviour } from "./behaviourField.ts";
import { marginalTables } from "./marginalTables.ts";

/** Puts the tables and rows of a behaviour into a topology's terms: its quantile grid, callers and chains. */
export class BehaviourTables {
  private readonly apis: ReadonlySet<string>;

  /**
   * @param chains the topology's id of each of the behaviour's chains that it has
   * @param paths whether paths are replaced, so that contexts may name those of the behaviour
   */
  constructor(
    private readonly topology: Topology,
    private readonly behaviour: Behaviour,
    private readonly chains: ReadonlyMap<string, string>,
    private readonly paths: boolean,
  ) {
    this.apis = new Set(topology.apis.map(({ id }) => id));
  }

  /** Gives a node tables of the behaviour; regimes of the topology are not those under which it was recorded. */
  replace(node: GcmNode, tables: readonly Table[]): void {
    const { quantileGrid: from } = this.behaviour;
    const { quantileGrid: grid } = this.topology;
    const same = JSON.stringify(grid) === JSON.stringify(from);
    const told = this.paths ? tables : marginalTables(from, tables, (parent) => parent !== "path");
    node.tables = this.rows(told).map((table) => {
      const { step, ...rest } = table;
      if (same || (step === undefined && table.values.length < Math.min(from.length, grid.length))) return table;
      return { ...rest, values: grid.map((level) => quantile(from, table, level)) };
    });
    delete node.regimeRanks;
    const contexts = [...node.tables, ...(node.ranks ?? [])].flatMap(({ given }) => Object.keys(given));
    node.parents = [...[...new Set(contexts)].sort(), ...Object.keys(node.loadings ?? {})];
  }

  /** The rows whose callers are in the topology, under its ids. */
  rows<Row extends { given: Context }>(rows: readonly Row[]): Row[] {
    return rows.flatMap((row) => {
      const { caller, chain } = row.given;
      if (caller !== undefined && caller !== "(entry)" && !this.apis.has(caller)) return [];
      if (chain === undefined) return [structuredClone(row)];
      const mapped = this.chains.get(chain);
      return mapped === undefined ? [] : [{ ...structuredClone(row), given: { ...row.given, chain: mapped } }];
    });
  }
}
