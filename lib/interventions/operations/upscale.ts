import { mix32 } from "../../simulate/random.ts";
import {
  type Api,
  type CallerChain,
  type Context,
  type DimensionRow,
  type Edge,
  entryCaller,
  type Topology,
} from "../../topology/topology.ts";
import { optional, whole } from "../fields.ts";
import { defineOperation } from "../operation.ts";

/** APIs that a topology is made of at most. */
const mostApis = 100_000;

export const upscale = defineOperation({
  type: "upscale",
  stage: 2,
  summary: "make a system several times as large, whose APIs have the degrees, depths and reuse of the original's",
  fields: {
    copies: whole(2, "How many times as many services, APIs and calls."),
    seed: optional(whole(0, "Seed of who calls which copy; 1 unless told.")),
  },
  apply({ topology, say }, { copies, seed = 1 }) {
    const { length } = topology.apis;
    if (length * copies > mostApis)
      throw new Error(
        `${copies} copies of ${length} APIs are ${length * copies}, above the ${mostApis} that fit in memory`,
      );
    const original = structuredClone(topology);
    const made = new Copies(original, copies, seed);
    const { apis, chains, edges, exogenous, services, workload } = original;
    const copied = <Item, Copy>(items: readonly Item[], copy: (item: Item, copy: number) => Copy) =>
      range(copies).flatMap((each) => items.map((item) => copy(item, each)));
    topology.services = copied(services, (each, copy) => ({
      ...each,
      id: made.named(each.id, copy),
      name: made.named(each.name, copy),
    }));
    topology.edges = copied(edges, (edge, copy) => made.edge(edge, copy));
    topology.apis = copied(apis, (api, copy) => made.api(api, copy));
    if (chains) topology.chains = chains.flatMap((chain) => range(copies).map((copy) => made.chain(chain, copy)));
    topology.workload.mix = copied(workload.mix, (entry, copy) => ({
      ...entry,
      api: made.named(entry.api, copy),
      probability: entry.probability / copies,
    }));
    // What copies' rows are given stays the kind of the trace, wherever it entered.
    for (const [index, { classes }] of exogenous.entries())
      if (classes)
        topology.exogenous[index]!.classes = copied(classes, (each, copy) => ({
          ...each,
          entry: made.named(each.entry, copy),
        }));
    for (const [index, { values }] of exogenous.entries())
      if (values) topology.exogenous[index]!.values = copied(values, (row, copy) => made.dimensionRow(row, copy));
    say(`${copies} copies call each other across: each edge joins the copies of its ends one to one`);
  },
});

function range(size: number): number[] {
  return Array.from({ length: size }, (_, index) => index);
}

/** Makes the copies of a topology's parts, and says who calls which copy. */
class Copies {
  /** By caller and callee, how many copies on the called copy is. */
  private readonly shifts: ReadonlyMap<string, number>;
  private readonly chains: ReadonlyMap<string, CallerChain>;
  /** The largest number of a copy that ids and names end with. */
  private readonly numbered: number;

  constructor(
    { apis, chains = [], edges, services }: Topology,
    private readonly copies: number,
    seed: number,
  ) {
    const serviceOf = new Map(apis.map(({ id, service }) => [id, service]));
    this.shifts = new Map(
      edges.map(({ caller, callee }, index) => {
        // Calls within an API's own service, and of an API to itself, stay within a copy.
        const stays = serviceOf.get(caller) === serviceOf.get(callee);
        return [pair(caller, callee), stays ? 0 : (mix32(mix32(seed) ^ (index + 1)) >>> 0) % copies];
      }),
    );
    this.chains = new Map(chains.map((chain) => [chain.id, chain]));
    const names = [
      ...services.flatMap(({ id, name }) => [id, name]),
      ...[...apis, ...edges, ...chains].map(({ id }) => id),
    ];
    this.numbered = names.reduce((most, name) => Math.max(most, Number(/ #(\d{1,9})$/.exec(name)?.[1] ?? 1)), 1);
  }

  /** The first copy keeps its ids, so that it is found as before. */
  named(id: string, copy: number): string {
    return copy === 0 ? id : `${id} #${this.numbered + copy}`;
  }

  edge(edge: Edge, copy: number): Edge {
    const { caller, callee } = edge;
    const target = (copy + this.shifts.get(pair(caller, callee))!) % this.copies;
    const [id, from, to] = [this.named(edge.id, copy), this.named(caller, copy), this.named(callee, target)];
    return { ...edge, id, caller: from, callee: to };
  }

  /** The copy of a chain that ends with this copy of its caller. */
  chain({ id, caller, chain, ...rest }: CallerChain, copy: number): CallerChain {
    const copied = { ...rest, id: this.named(id, copy), caller: this.named(caller, copy) };
    return chain === undefined ? copied : { ...copied, chain: this.chainCalling(chain, caller, copy) };
  }

  /** A copy of an API: its own edges and, in contexts, the copies of the APIs and chains that call it. */
  api(api: Api, copy: number): Api {
    const copied = structuredClone(api);
    copied.id = this.named(api.id, copy);
    copied.service = this.named(api.service, copy);
    for (const state of copied.pfa.states) for (const call of state.calls) call.edge = this.named(call.edge, copy);
    for (const row of copied.pfa.transitions) row.given = this.context(row.given, api.id, copy);
    for (const lambda of copied.gcm.lambda) lambda.edge = this.named(lambda.edge, copy);
    for (const call of copied.simple.calls) call.edge = this.named(call.edge, copy);
    const renamed = new Map<string, string>();
    for (const node of copied.gcm.nodes) {
      if (node.edge === undefined) continue;
      const edge = this.named(node.edge, copy);
      const id = node.id.endsWith(node.edge) ? node.id.slice(0, -node.edge.length) + edge : node.id;
      renamed.set(node.id, id);
      Object.assign(node, { id, edge });
    }
    for (const node of copied.gcm.nodes) {
      node.parents = node.parents.map((parent) => renamed.get(parent) ?? parent);
      for (const row of [...(node.tables ?? []), ...(node.ranks ?? [])]) {
        row.given = this.context(row.given, api.id, copy);
      }
    }
    return copied;
  }

  /** What a copy of an API draws of a dimension. */
  dimensionRow(row: DimensionRow, copy: number): DimensionRow {
    return { ...row, api: this.named(row.api, copy), given: this.context(row.given, row.api, copy) };
  }

  private context(given: Context, callee: string, copy: number): Context {
    const { caller, chain } = given;
    const mapped = { ...given };
    if (caller !== undefined && caller !== entryCaller)
      mapped.caller = this.named(caller, this.copyCalling(caller, callee, copy));
    if (chain !== undefined && this.chains.has(chain)) mapped.chain = this.chainCalling(chain, callee, copy);
    return mapped;
  }

  /** The copy of the caller that calls a copy of the callee: its number less the edge's shift, so each has one. */
  private copyCalling(caller: string, callee: string, copy: number): number {
    return (copy - (this.shifts.get(pair(caller, callee)) ?? 0) + this.copies) % this.copies;
  }

  private chainCalling(chain: string, callee: string, copy: number): string {
    return this.named(chain, this.copyCalling(this.chains.get(chain)!.caller, callee, copy));
  }
}

function pair(caller: string, callee: string): string {
  return JSON.stringify([caller, callee]);
}
