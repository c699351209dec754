import type { Api } from "../topology/topology.ts";

/**
 * Numbers of an API's states, which are those of its paths as well: `start` 0, `finish` 1, the others in their order, and
 * then paths that interventions kept of states that are gone.
 */
export function pathDigits({ pfa }: Pick<Api, "pfa">): Map<string, number> {
  const ids = pfa.states.map(({ id }) => id);
  const kept = pfa.states.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return new Map([...new Set(["start", "finish", ...ids, ...kept])].map((id, index) => [id, index]));
}
