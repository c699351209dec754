import type { Api, PfaCall } from "../topology/topology.ts";

/** An id that no state of the automaton has and no state keeps as its path: the name, or the name with a number. */
export function freeId({ pfa }: Api, name: string): string {
  const taken = new Set(pfa.states.flatMap(({ id, path }) => [id, path]));
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
}

/**
 * Puts a state between two others, on a share of the walks that go from one to the other. Where walks would end in the
 * new state they keep the path that they had.
 * @returns whether any transition went that way
 */
export function insertBetween(api: Api, id: string, calls: PfaCall[], from: string, to: string, share = 1): boolean {
  const { pfa } = api;
  const rows = pfa.transitions.filter((row) => row.from === from && row.to.some(({ state }) => state === to));
  if (rows.length === 0) return false;
  for (const row of rows) {
    row.to = row.to.flatMap((target) => {
      if (target.state !== to) return [target];
      const inserted = { state: id, probability: target.probability * share };
      return share === 1 ? [inserted] : [{ ...target, probability: target.probability * (1 - share) }, inserted];
    });
  }
  const before = pfa.states.find((state) => state.id === from)!;
  const path = to === "finish" ? { path: before.path ?? before.id } : {};
  pfa.states.splice(pfa.states.length - 1, 0, { id, calls, gap: 0, ...path, order: "certain" });
  const visits = rows.reduce((sum, row) => sum + row.visits, 0);
  pfa.transitions.push({ from: id, given: {}, visits, to: [{ state: to, probability: 1 }] });
  return true;
}

/** Puts a state at the end of every walk; one for each path, so that all keep theirs. */
export function insertLast(api: Api, name: string, calls: PfaCall[]): void {
  const ending = new Set(
    api.pfa.transitions.filter(({ to }) => to.some(({ state }) => state === "finish")).map(({ from }) => from),
  );
  for (const from of ending) insertBetween(api, freeId(api, name), structuredClone(calls), from, "finish");
}
