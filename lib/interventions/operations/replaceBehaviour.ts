import { quantile } from "../../gcm/quantile.ts";
import type { Api, Context, Edge, GcmNode, Lambda, Table, Topology } from "../../topology/topology.ts";
import { type Behaviour, behaviourField } from "../behaviourField.ts";
import { changeTables } from "../changeTables.ts";
import { choice, list, optional, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { selectServices } from "../selectApis.ts";

const parts = ["ownTime", "network", "paths"] as const;

export const replaceBehaviour = defineOperation({
  type: "replaceBehaviour",
  stage: 2,
  summary: "make a service behave as it did in other traces: its own times, network times and paths",
  fields: {
    service: text("Pattern of the service's name."),
    behaviour: behaviourField,
    parts: optional(list(choice(parts, "A part."), "What is replaced; all of it unless told.")),
    unseen: optional(
      choice(
        ["shift", "keep"],
        "APIs and calls of the service that the behaviour does not show: shifted as those that it does show, in the median (unless told), or kept.",
      ),
    ),
  },
  apply({ topology, say }, { service, behaviour, parts: chosen = parts, unseen = "shift" }) {
    const services = new Set(selectServices(topology, service).map(({ id }) => id));
    new Replacement(topology, services, behaviour, new Set(chosen), say).apply(unseen === "shift");
  },
});

type Call = Behaviour["calls"][number];

/** What changed in the median, µs, and what it counts for. */
interface Shift {
  by: number;
  weight: number;
}

class Replacement {
  /** The service's APIs. */
  private readonly mine: Map<string, Api>;
  private readonly apis: Map<string, Api>;
  /** The topology's edge of each call of the behaviour. */
  private readonly edges = new Map<string, Edge>();
  private readonly chains = new Map<string, string>();
  private readonly shifts = { ownTime: [] as Shift[], network: [] as Shift[] };

  constructor(
    private readonly topology: Topology,
    services: ReadonlySet<string>,
    private readonly behaviour: Behaviour,
    private readonly chosen: ReadonlySet<string>,
    private readonly say: (sentence: string) => void,
  ) {
    this.apis = new Map(topology.apis.map((api) => [api.id, api]));
    this.mine = new Map(topology.apis.filter((api) => services.has(api.service)).map((api) => [api.id, api]));
  }

  apply(shift: boolean): void {
    const { behaviour, chosen, mine, topology } = this;
    const seen = behaviour.apis.filter(({ id }) => mine.has(id));
    if (seen.length === 0) {
      throw new Error(`the behaviour shows none of its APIs (${[...mine.keys()].slice(0, 3).join(", ")}, …)`);
    }
    const others = behaviour.apis.filter(({ id }) => !mine.has(id)).map(({ id }) => id);
    if (others.length > 0) this.say(`${others.join(", ")}: no API of the service here, left out`);
    if (chosen.has("ownTime") || chosen.has("paths")) this.matchChains();
    this.matchEdges(new Set(seen.map(({ id }) => id)));
    for (const api of seen) this.replaceApi(mine.get(api.id)!, api);
    const shown = new Set(this.edges.values());
    if (chosen.has("network")) for (const call of behaviour.calls) this.replaceNetwork(call);
    if (!shift) return;
    const known = new Set(seen.map(({ id }) => id));
    if (chosen.has("ownTime")) {
      const left = [...mine.values()].filter(({ id }) => !known.has(id));
      this.shift(
        left.flatMap(({ gcm }) => gcm.nodes.filter(({ kind }) => kind === "own_time")),
        "ownTime",
        left.map(({ id }) => id),
      );
    }
    if (!chosen.has("network")) return;
    const left = topology.edges.filter((edge) => mine.has(edge.callee) && !shown.has(edge));
    const nodes = left.flatMap(({ id, caller }) => networkNodes(this.apis.get(caller)!, id));
    const names = left.map(({ caller, callee }) => `${caller} to ${callee}`);
    this.shift(nodes, "network", names);
  }

  /** Finds the topology's chain of the same callers, or adds it. */
  private matchChains(): void {
    this.topology.chains ??= [];
    const { chains } = this.topology;
    const key = (caller: string, above: string | undefined) => JSON.stringify([caller, above ?? null]);
    const known = new Map(chains.map(({ id, caller, chain }) => [key(caller, chain), id]));
    const taken = new Set(chains.map(({ id }) => id));
    let number = chains.length;
    for (const { id, callers } of this.behaviour.chains) {
      if (callers.some((caller) => !this.apis.has(caller))) continue;
      let above: string | undefined;
      for (const caller of callers.toReversed()) {
        let found = known.get(key(caller, above));
        if (found === undefined) {
          do found = `c${++number}`;
          while (taken.has(found));
          known.set(key(caller, above), found);
          chains.push({ id: found, caller, ...(above === undefined ? {} : { chain: above }) });
        }
        above = found;
      }
      this.chains.set(id, above!);
    }
  }

  /** Finds the topology's edge of each call; adds those that the service makes now, where their callee is known. */
  private matchEdges(seen: ReadonlySet<string>): void {
    const { apis, behaviour, topology } = this;
    const key = ({ caller, callee, operation }: Pick<Edge, "caller" | "callee" | "operation">) =>
      JSON.stringify([caller, callee, operation ?? null]);
    const known = new Map(topology.edges.map((edge) => [key(edge), edge]));
    const taken = new Set(topology.edges.map(({ id }) => id));
    let number = topology.edges.length;
    for (const call of behaviour.calls) {
      const { id, caller, callee, operation } = call;
      let edge = known.get(key(call));
      if (edge === undefined) {
        if (!seen.has(caller) || !this.chosen.has("paths")) continue;
        if (!apis.has(callee)) {
          this.say(`${callee} is not in this topology: calls to it are left out`);
          continue;
        }
        let free: string;
        do free = `e${++number}`;
        while (taken.has(free));
        const kind = apis.get(caller)!.service === apis.get(callee)!.service ? "local" : "remote";
        const named = operation === undefined ? {} : { operation };
        edge = { id: free, caller, callee, kind, ...named, calls: 0, asynchronous: 0 };
        topology.edges.push(edge);
      }
      this.edges.set(id, edge);
    }
  }

  private replaceApi(api: Api, { pfa, ownTime, errors }: Behaviour["apis"][number]): void {
    const { behaviour, chosen, edges } = this;
    if (chosen.has("paths")) {
      const { heldOut = null, ...learning } = pfa.learning;
      api.pfa = {
        states: pfa.states.map((state) => ({
          ...state,
          calls: state.calls.flatMap((call) => {
            const edge = edges.get(call.edge);
            return edge ? [{ ...call, edge: edge.id }] : [];
          }),
        })),
        transitions: this.inContext(pfa.transitions),
        learning: { ...learning, heldOut },
      };
      api.errors = errors;
      const lambdas = new Map(api.gcm.lambda.map((lambda) => [lambda.edge, lambda]));
      for (const { id, lambda } of behaviour.calls) {
        const edge = edges.get(id);
        if (edge?.caller !== api.id || lambda === undefined) continue;
        lambdas.set(edge.id, { edge: edge.id, value: lambda, fitted: null });
      }
      api.gcm.lambda = [...lambdas.values()] as Lambda[];
    }
    if (!chosen.has("ownTime")) return;
    for (const node of api.gcm.nodes.filter(({ kind }) => kind === "own_time")) {
      const weight = behaviour.apis.find(({ id }) => id === api.id)!.executions;
      this.shifts.ownTime.push({ by: this.median(ownTime.tables) - median(this.topology, node), weight });
      this.setTables(node, ownTime.tables);
    }
    api.simple.ownTime = ownTime.mean;
  }

  private replaceNetwork({ id, network }: Call): void {
    const edge = this.edges.get(id);
    if (edge === undefined || network === undefined) return;
    const caller = this.apis.get(edge.caller)!;
    if (!this.mine.has(edge.caller) && !this.mine.has(edge.callee)) return;
    let [node] = networkNodes(caller, edge.id);
    if (node === undefined) {
      if (edge.kind === "local") return;
      node = { id: `network:${edge.id}`, kind: "network", parents: [], unit: "us", edge: edge.id };
      caller.gcm.nodes.push(node);
    } else if (this.mine.has(edge.callee)) {
      const weight = network.tables.at(-1)!.n;
      this.shifts.network.push({ by: this.median(network.tables) - median(this.topology, node), weight });
    }
    this.setTables(node, network.tables);
    const simple = caller.simple.calls.find((call) => call.edge === edge.id);
    if (simple) simple.network = network.mean;
  }

  /** Shifts what the behaviour does not show by the median of what it does. */
  private shift(nodes: readonly GcmNode[], part: "ownTime" | "network", names: readonly string[]): void {
    const shifts = this.shifts[part];
    if (nodes.length === 0 || shifts.length === 0) return;
    const by = weightedMedian(shifts);
    for (const node of nodes) changeTables(node, {}, (values) => values.map((value) => Math.max(0, value + by)));
    const what = part === "ownTime" ? "own time" : "network time";
    this.say(`not shown, so that ${what} is shifted by ${Number(by.toPrecision(3))} µs: ${names.join("; ")}`);
  }

  /** Tables of a node in this topology's terms: its grid, chains and, where paths are not replaced, no paths. */
  private setTables(node: GcmNode, tables: readonly Table[]): void {
    const { quantileGrid } = this.topology;
    const same = JSON.stringify(quantileGrid) === JSON.stringify(this.behaviour.quantileGrid);
    node.tables = this.inContext(tables).map((table) => {
      const { step, ...rest } = table;
      const shorter = Math.min(this.behaviour.quantileGrid.length, quantileGrid.length);
      if (same || (step === undefined && table.values.length < shorter)) return table;
      return { ...rest, values: quantileGrid.map((level) => quantile(this.behaviour.quantileGrid, table, level)) };
    });
    const contexts = [...node.tables, ...(node.ranks ?? [])].flatMap(({ given }) => Object.keys(given));
    node.parents = [...[...new Set(contexts)].sort(), ...Object.keys(node.loadings ?? {})];
  }

  private inContext<Row extends { given: Context }>(rows: readonly Row[]): Row[] {
    return rows.flatMap((row) => {
      const { caller, chain, path } = row.given;
      if (caller !== undefined && caller !== "(entry)" && !this.apis.has(caller)) return [];
      if (path !== undefined && !this.chosen.has("paths")) return [];
      if (chain === undefined) return [structuredClone(row)];
      const mapped = this.chains.get(chain);
      return mapped === undefined ? [] : [{ ...structuredClone(row), given: { ...row.given, chain: mapped } }];
    });
  }

  private median(tables: readonly Table[]): number {
    return quantile(this.behaviour.quantileGrid, tables.at(-1)!, 0.5);
  }
}

function networkNodes({ gcm }: Api, edge: string): GcmNode[] {
  return gcm.nodes.filter((node) => node.kind === "network" && node.edge === edge);
}

function median({ quantileGrid }: Topology, { tables }: GcmNode): number {
  const any = tables?.at(-1);
  return any ? quantile(quantileGrid, any, 0.5) : 0;
}

function weightedMedian(shifts: readonly Shift[]): number {
  const sorted = shifts.toSorted((a, b) => a.by - b.by);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => {
    below += weight;
    return below >= half;
  })!.by;
}
