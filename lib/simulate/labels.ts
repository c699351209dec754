import type { Context, DimensionRow, GcmNode, Topology } from "../topology/topology.ts";

/**
 * A node outside any API with one of a few values, which a trace, or the part of it below an execution, has in common:
 * the kind of trace, its regime or load, a dimension of a person's own. Contexts name its value by the node's id.
 */
export interface Label {
  id: string;
  /** Numbers of its values, from 1; 0 stands for none. */
  digits: ReadonlyMap<string, number>;
  /**
   * What an execution draws, finest context first and the last for any; none where it has what its caller has.
   * @param entry whether the execution begins a trace
   */
  drawnBy(api: string, entry: boolean): { given: Context; to: { value: string; probability: number }[] }[];
}

const kinds: Record<string, (node: GcmNode) => Label> = { scenario: classes, regime: classes, load, dimension };

/** The labels of a topology, in the order of its exogenous nodes. */
export function labelsOf({ exogenous }: Pick<Topology, "exogenous">): Label[] {
  return exogenous.flatMap((node) => (Object.hasOwn(kinds, node.kind) ? [kinds[node.kind]!(node)] : []));
}

function classes({ id, classes = [] }: GcmNode): Label {
  return {
    id,
    digits: numbered(classes.map((each) => each.id)),
    drawnBy(api, entry) {
      const rows = new Map<string | undefined, { given: Context; to: { value: string; probability: number }[] }>();
      for (const { id: value, entry: begins, probability, given } of classes) {
        if (!entry || begins !== api) continue;
        const row = rows.get(given?.load) ?? { given: given ? { load: given.load } : {}, to: [] };
        rows.set(given?.load, row);
        row.to.push({ value, probability });
      }
      const any = rows.get(undefined);
      rows.delete(undefined);
      return any ? [...rows.values(), any] : [];
    },
  };
}

function load({ id, levels = [] }: GcmNode): Label {
  const to = levels.map(({ id, probability }) => ({ value: id, probability }));
  return {
    id,
    digits: numbered(levels.map((each) => each.id)),
    drawnBy: (_api, entry) => (entry && to.length > 0 ? [{ given: {}, to }] : []),
  };
}

function dimension({ id, values = [] }: GcmNode): Label {
  const rows = new Map<string, DimensionRow[]>();
  for (const row of values) rows.set(row.api, [...(rows.get(row.api) ?? []), row]);
  return {
    id,
    digits: numbered(values.flatMap(({ to }) => to.map(({ value }) => value))),
    drawnBy: (api) => rows.get(api) ?? [],
  };
}

function numbered(values: readonly string[]): Map<string, number> {
  return new Map([...new Set(values)].map((value, index) => [value, index + 1]));
}
