import type { GcmNode, Topology } from "../topology/topology.ts";

/** Changes of a share smaller than this are the rounding of a file. */
const rounding = 1e-5;

/**
 * What traces have in common otherwise than before, in words: labels that come or go, the loads they run at, the values of
 * their dimensions.
 */
export function diffLabels({ exogenous: old }: Topology, { exogenous: now }: Topology): string[] {
  const gone = old.filter((node) => node.unit === "label" && now.every(({ id }) => id !== node.id));
  return [...gone.map((node) => `${named(node)} is removed`), ...now.flatMap((node) => changesOf(node, old))];
}

function named({ id, kind, column }: GcmNode): string {
  if (kind !== "dimension") return `the node ${id}`;
  return `the dimension ${id}${column === undefined || column === id ? "" : ` (${column})`}`;
}

function changesOf(node: GcmNode, old: readonly GcmNode[]): string[] {
  const was = old.find(({ id }) => id === node.id);
  if (was === undefined) {
    if (node.unit !== "label") return [];
    const values = [...sharesOf(node)].map(([what, shares]) => `${what}: ${inWords(shares)}`);
    return [[`${named(node)} is added`, ...values].join("; ")];
  }
  return [...sharesOf(node)].flatMap(([what, shares]) => {
    const before = sharesOf(was).get(what) ?? new Map<string, number>();
    const values = [...new Set([...shares.keys(), ...before.keys()])];
    const moved = values.some((each) => Math.abs((shares.get(each) ?? 0) - (before.get(each) ?? 0)) > rounding);
    return moved ? [`${what}: ${inWords(shares)}, not ${inWords(before)}`] : [];
  });
}

/** Shares of values, by what they are the values of. */
function sharesOf({ id, levels, values = [] }: GcmNode): Map<string, Map<string, number>> {
  if (levels) return new Map([[id, new Map(levels.map((level) => [level.id, level.probability]))]]);
  return new Map(
    values.map(({ api, given, to }) => [
      [id, "of", api, ...Object.values(given)].join(" "),
      new Map(to.map(({ value, probability }) => [value, probability])),
    ]),
  );
}

function inWords(shares: ReadonlyMap<string, number>): string {
  const present = [...shares].filter(([, share]) => share > 0);
  const shown = present.slice(0, 6).map(([value, share]) => `${Number((100 * share).toPrecision(3))} % ${value}`);
  return [...shown, ...(present.length > 6 ? [`${present.length - 6} more`] : [])].join(", ");
}
