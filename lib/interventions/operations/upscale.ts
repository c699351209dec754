import { mix32 } from "../../simulate/random.ts";
import { type Api, type CallerChain, type Context, type Edge, entryCaller } from "../../topology/topology.ts";
import { optional, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";

export const upscale = defineOperation({
  type: "upscale",
  stage: 2,
  summary: "make a system several times as large, whose APIs have the degrees, depths and reuse of the original's",
  fields: {
    copies: whole(2, "How many times as many services, APIs and calls."),
    seed: optional(whole(0, "Seed of who calls which copy; 1 unless told.")),
  },
  apply({ topology, say }, { copies, seed = 1 }) {
    const { apis, chains = [], edges, services, workload } = structuredClone(topology);
    const shifts = new Map(
      edges.map(({ caller, callee }, index) => {
        // Calls within an API's own service, and of an API to itself, stay within a copy.
        const service = (id: string) => apis.find((api) => api.id === id)!.service;
        const stays = service(caller) === service(callee);
        return [JSON.stringify([caller, callee]), stays ? 0 : (mix32(mix32(seed) ^ (index + 1)) >>> 0) % copies];
      }),
    );
    /** The copy of the caller that calls a copy of the callee: its number less the edge's shift, so each has one. */
    const callerOf: CallerOf = (caller, callee, copy) =>
      (copy - (shifts.get(JSON.stringify([caller, callee])) ?? 0) + copies) % copies;
    topology.services = range(copies).flatMap((copy) =>
      services.map((each) => ({ ...each, id: named(each.id, copy), name: named(each.name, copy) })),
    );
    topology.edges = range(copies).flatMap((copy) => edges.map((edge) => copyEdge(edge, copy, shifts, copies)));
    const chainById = new Map(chains.map((chain) => [chain.id, chain]));
    topology.apis = range(copies).flatMap((copy) => apis.map((api) => copyApi(api, copy, chainById, callerOf)));
    if (topology.chains) {
      topology.chains = chains.flatMap((chain) =>
        range(copies).map((copy) => copyChain(chain, copy, chainById, callerOf)),
      );
    }
    topology.workload.mix = range(copies).flatMap((copy) =>
      workload.mix.map((entry) => ({ ...entry, api: named(entry.api, copy), probability: entry.probability / copies })),
    );
    say(`${copies} copies call each other across: each edge joins the copies of its ends one to one`);
  },
});

type CallerOf = (caller: string, callee: string, copy: number) => number;

function range(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** The first copy keeps its ids, so that it is found as before. */
function named(id: string, copy: number): string {
  return copy === 0 ? id : `${id} #${copy + 1}`;
}

function copyEdge(edge: Edge, copy: number, shifts: ReadonlyMap<string, number>, copies: number): Edge {
  const { caller, callee } = edge;
  const target = (copy + shifts.get(JSON.stringify([caller, callee]))!) % copies;
  return { ...edge, id: named(edge.id, copy), caller: named(caller, copy), callee: named(callee, target) };
}

/** The copy of a chain that ends with this copy of its caller. */
function copyChain(
  { id, caller, chain, ...rest }: CallerChain,
  copy: number,
  chains: ReadonlyMap<string, CallerChain>,
  callerOf: CallerOf,
): CallerChain {
  const copied = { ...rest, id: named(id, copy), caller: named(caller, copy) };
  if (chain === undefined) return copied;
  return { ...copied, chain: named(chain, callerOf(chains.get(chain)!.caller, caller, copy)) };
}

/** A copy of an API: its own edges and, in contexts, the copies of the APIs and of the chains that call it. */
function copyApi(api: Api, copy: number, chains: ReadonlyMap<string, CallerChain>, callerOf: CallerOf): Api {
  const copied = structuredClone(api);
  copied.id = named(api.id, copy);
  copied.service = named(api.service, copy);
  const context = (given: Context): Context => {
    const { caller, chain } = given;
    const calling = chain === undefined ? undefined : chains.get(chain);
    return {
      ...given,
      ...(caller !== undefined && caller !== entryCaller && { caller: named(caller, callerOf(caller, api.id, copy)) }),
      ...(calling && { chain: named(calling.id, callerOf(calling.caller, api.id, copy)) }),
    };
  };
  for (const state of copied.pfa.states) for (const call of state.calls) call.edge = named(call.edge, copy);
  for (const row of copied.pfa.transitions) row.given = context(row.given);
  for (const lambda of copied.gcm.lambda) lambda.edge = named(lambda.edge, copy);
  for (const call of copied.simple.calls) call.edge = named(call.edge, copy);
  const renamed = new Map<string, string>();
  for (const node of copied.gcm.nodes) {
    if (node.edge === undefined) continue;
    const id = node.id.endsWith(node.edge) ? node.id.slice(0, -node.edge.length) + named(node.edge, copy) : node.id;
    renamed.set(node.id, id);
    Object.assign(node, { id, edge: named(node.edge, copy) });
  }
  for (const node of copied.gcm.nodes) {
    node.parents = node.parents.map((parent) => renamed.get(parent) ?? parent);
    for (const table of [...(node.tables ?? []), ...(node.ranks ?? [])]) table.given = context(table.given);
  }
  return copied;
}
