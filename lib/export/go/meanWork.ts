import type { Api, Topology } from "../../topology/topology.ts";

/** What a call of an API causes in all, by simple statistics. */
export interface MeanWork {
  /** Own time that is spent working, and own time of any kind, µs. */
  working: number;
  ownTime: number;
  /** Calls over the network. */
  calls: number;
}

/** Means of what a call of each API causes, itself and all that it calls; recursions end at 64. */
export function meanWork(topology: Topology): Map<string, MeanWork> {
  const edges = new Map(topology.edges.map((edge) => [edge.id, edge]));
  let work = new Map(topology.apis.map((api) => [api.id, ownWork(api)]));
  for (let round = 0; round < 64; round++) {
    const before = work;
    work = new Map(
      topology.apis.map((api) => {
        const sum = ownWork(api);
        for (const { edge: id, mean } of api.simple.calls) {
          const edge = edges.get(id)!;
          const callee = before.get(edge.callee)!;
          sum.working += mean * callee.working;
          sum.ownTime += mean * callee.ownTime;
          sum.calls += mean * (callee.calls + (edge.kind === "remote" ? 1 : 0));
        }
        return [api.id, sum];
      }),
    );
    const settled = (now: number, then: number) => Math.abs(now - then) <= 1e-9 * now;
    const same = ([id, { ownTime, calls }]: [string, MeanWork]) =>
      settled(ownTime, before.get(id)!.ownTime) && settled(calls, before.get(id)!.calls);
    if ([...work].every(same)) break;
  }
  return work;
}

function ownWork({ simple: { ownTime }, work = [] }: Api): MeanWork {
  const asleep = work.filter(({ kind }) => kind === "sleep").reduce((sum, { share }) => sum + share, 0);
  return { working: ownTime * Math.max(0, 1 - asleep), ownTime, calls: 0 };
}
