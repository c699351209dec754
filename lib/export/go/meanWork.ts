import type { Topology } from "../../topology/topology.ts";

/** Mean own time of an API and of all that a call of it causes, µs, from simple statistics; recursions end at 64. */
export function meanWork(topology: Topology): Map<string, number> {
  const calleeOf = new Map(topology.edges.map(({ id, callee }) => [id, callee]));
  let work = new Map(topology.apis.map(({ id, simple }) => [id, simple.ownTime]));
  for (let round = 0; round < 64; round++) {
    const before = work;
    work = new Map(
      topology.apis.map(({ id, simple }) => [
        id,
        simple.calls.reduce((sum, { edge, mean }) => sum + mean * before.get(calleeOf.get(edge)!)!, simple.ownTime),
      ]),
    );
    if ([...work].every(([id, value]) => Math.abs(value - before.get(id)!) <= 1e-9 * value)) break;
  }
  return work;
}
