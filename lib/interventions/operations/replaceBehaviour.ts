import type { Api, Edge, GcmNode, Lambda, Topology } from "../../topology/topology.ts";
import { type Behaviour, behaviourField } from "../behaviourField.ts";
import { BehaviourTables } from "../behaviourTables.ts";
import { choice, list, optional, text } from "../fields.ts";
import { marginalMedian } from "../marginalMedian.ts";
import { matchChains, matchEdges } from "../matchBehaviour.ts";
import { MedianShift } from "../medianShift.ts";
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
    const replaced = new Set(chosen);
    const services = new Set(selectServices(topology, service).map(({ id }) => id));
    const mine = new Map(topology.apis.filter((api) => services.has(api.service)).map((api) => [api.id, api]));
    const shown = behaviour.apis.filter(({ id }) => mine.has(id));
    if (shown.length === 0)
      throw new Error(`the behaviour shows none of its APIs (${[...mine.keys()].slice(0, 3).join(", ")}, …)`);
    const others = behaviour.apis.filter(({ id }) => !mine.has(id)).map(({ id }) => id);
    if (others.length > 0) say(`${others.join(", ")}: no API of the service here, left out`);
    const [ownTime, network, paths] = parts.map((part) => replaced.has(part)) as [boolean, boolean, boolean];
    const chains = ownTime || paths ? matchChains(topology, behaviour) : new Map<string, string>();
    const known = new Set(shown.map(({ id }) => id));
    const edges = matchEdges(topology, behaviour, (caller) => paths && known.has(caller), say);
    const tables = new BehaviourTables(topology, behaviour, chains, paths);
    const told = (what: string, by: number | undefined, names: readonly string[]) => {
      if (by === undefined) return;
      say(`not shown, so that ${what} is shifted by ${Number(by.toPrecision(3))} µs: ${names.join("; ")}`);
    };
    if (paths) for (const each of shown) replacePaths(mine.get(each.id)!, each, behaviour, edges, tables);
    if (ownTime) {
      const shift = replaceOwnTimes(topology, mine, shown, behaviour, tables);
      const left = [...mine.values()].filter(({ id }) => !known.has(id));
      const nodes = left.flatMap(({ gcm }) => gcm.nodes.filter(({ kind }) => kind === "own_time"));
      const names = left.map(({ id }) => id);
      if (unseen === "shift") told("own time", shift.apply(nodes), names);
    }
    if (network) {
      const seen = new Set(edges.values());
      const left = topology.edges.filter((edge) => mine.has(edge.callee) && !seen.has(edge));
      const shift = replaceNetworks(topology, mine, behaviour, edges, tables);
      const modelOf = new Map(topology.apis.map((api) => [api.id, api]));
      const nodes = left.flatMap(({ id, caller }) => networkNodes(modelOf.get(caller)!, id));
      const names = left.map(({ caller, callee }) => `${caller} to ${callee}`);
      if (unseen === "shift") told("network time", shift.apply(nodes), names);
    }
  },
});

type ShownApi = Behaviour["apis"][number];

function replacePaths(
  api: Api,
  { pfa, errors }: ShownApi,
  behaviour: Behaviour,
  edges: ReadonlyMap<string, Edge>,
  tables: BehaviourTables,
): void {
  const { heldOut = null, ...learning } = pfa.learning;
  api.pfa = {
    states: pfa.states.map((state) => ({
      ...state,
      calls: state.calls.flatMap((call) => {
        const edge = edges.get(call.edge);
        return edge ? [{ ...call, edge: edge.id }] : [];
      }),
    })),
    transitions: tables.rows(pfa.transitions),
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

/** @returns how far own times moved */
function replaceOwnTimes(
  { quantileGrid }: Topology,
  mine: ReadonlyMap<string, Api>,
  shown: readonly ShownApi[],
  behaviour: Behaviour,
  tables: BehaviourTables,
): MedianShift {
  const shift = new MedianShift();
  for (const { id, ownTime, executions } of shown) {
    const { gcm, simple } = mine.get(id)!;
    for (const node of gcm.nodes.filter(({ kind }) => kind === "own_time")) {
      if (node.tables?.length)
        shift.add(
          marginalMedian(behaviour.quantileGrid, ownTime.tables) - marginalMedian(quantileGrid, node.tables),
          executions,
        );
      tables.replace(node, ownTime.tables);
    }
    simple.ownTime = ownTime.mean;
  }
  return shift;
}

/** @returns how far network times of the calls that the service takes moved */
function replaceNetworks(
  { apis, quantileGrid }: Topology,
  mine: ReadonlyMap<string, Api>,
  behaviour: Behaviour,
  edges: ReadonlyMap<string, Edge>,
  tables: BehaviourTables,
): MedianShift {
  const shift = new MedianShift();
  const byId = new Map(apis.map((api) => [api.id, api]));
  for (const { id, network } of behaviour.calls) {
    const edge = edges.get(id);
    if (edge === undefined || network === undefined) continue;
    if (!mine.has(edge.caller) && !mine.has(edge.callee)) continue;
    const caller = byId.get(edge.caller)!;
    let [node] = networkNodes(caller, edge.id);
    if (node === undefined) {
      if (edge.kind === "local") continue;
      node = { id: `network:${edge.id}`, kind: "network", parents: [], unit: "us", edge: edge.id };
      caller.gcm.nodes.push(node);
    } else if (mine.has(edge.callee)) {
      const before = node.tables?.length ? marginalMedian(quantileGrid, node.tables) : 0;
      const weight = network.tables.reduce((sum, { n }) => sum + n, 0);
      shift.add(marginalMedian(behaviour.quantileGrid, network.tables) - before, weight);
    }
    tables.replace(node, network.tables);
    const simple = caller.simple.calls.find((call) => call.edge === edge.id);
    if (simple) simple.network = network.mean;
  }
  return shift;
}

function networkNodes({ gcm }: Api, edge: string): GcmNode[] {
  return gcm.nodes.filter((node) => node.kind === "network" && node.edge === edge);
}
