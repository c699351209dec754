import type { Api, Topology } from "../topology/topology.ts";

/** A stage of which some calls are folded while others, made at the same time, stay. */
export interface FoldedStage {
  /** Id of the API that makes the calls. */
  api: string;
  state: string;
  /** Ids of the edges that are folded, of those that the caller waits for. */
  lost: string[];
  /** Ids of the APIs that stay. */
  beside: string[];
}

/** The stages of APIs that are kept of which only some calls are. */
export function foldedStages({ apis, edges }: Topology, kept: ReadonlySet<string>): FoldedStage[] {
  const calleeOf = new Map(edges.map(({ id, callee }) => [id, callee]));
  return apis
    .filter(({ id }) => kept.has(id))
    .flatMap(({ id, pfa }) =>
      pfa.states.flatMap((state) => {
        const waited = state.calls.filter((call) => !call.asynchronous && call.probability > 0).map(({ edge }) => edge);
        const stays = (edge: string) => kept.has(calleeOf.get(edge)!);
        const lost = waited.filter((edge) => !stays(edge));
        const beside = [...new Set(waited.filter(stays).map((edge) => calleeOf.get(edge)!))];
        return lost.length > 0 && beside.length > 0 ? [{ api: id, state: state.id, lost, beside }] : [];
      }),
    );
}

/** Whether executions tell a folded stage from the other states of its API: its folded calls are made in no other. */
export function isTold({ apis }: Topology, { api, state, lost }: FoldedStage): boolean {
  const { pfa } = apis.find(({ id }) => id === api)!;
  return pfa.states.every(({ id, calls }) => id === state || calls.every(({ edge }) => !lost.includes(edge)));
}

/**
 * Adds an API of the caller's own service that stands for the folded calls of a stage, and runs beside those that stay,
 * so that the caller goes on waiting for the longest of them all. It has no own times yet.
 */
export function addStandIn(topology: Topology, { api, state, lost }: FoldedStage): Api {
  const caller = topology.apis.find(({ id }) => id === api)!;
  const made = caller.pfa.states.find(({ id }) => id === state)!;
  const folded = made.calls.filter(({ edge }) => lost.includes(edge));
  const taken = new Set([...topology.apis, ...topology.edges].flatMap(({ id }) => id));
  const inService = new Set(topology.apis.filter(({ service }) => service === caller.service).map(({ name }) => name));
  const named = (number: number) => `(${state}, folded${number > 1 ? ` ${number}` : ""})`;
  let number = 1;
  while (taken.has(`${api} ${named(number)}`) || inService.has(`${caller.name} ${named(number)}`)) number++;
  const id = `${api} ${named(number)}`;
  const calls = topology.edges
    .filter((edge) => lost.includes(edge.id))
    .reduce((most, edge) => Math.max(most, edge.calls), 0);
  const standIn: Api = {
    id,
    service: caller.service,
    name: `${caller.name} ${named(number)}`,
    executions: calls,
    errors: 0,
    pfa: {
      states: [
        { id: "start", calls: [], gap: 0, order: "certain" },
        { id: "finish", calls: [], gap: 1, order: "certain" },
      ],
      transitions: [{ from: "start", given: {}, visits: calls, to: [{ state: "finish", probability: 1 }] }],
      learning: { walks: 1, executions: calls, treeStates: 1, threshold: "exact", heldOut: null },
    },
    gcm: {
      equation: "latency = own_time + L(start)\nL(start) = 0",
      nodes: [
        { id: "latency", kind: "latency", parents: ["own_time", "path"], unit: "us" },
        { id: "path", kind: "path", parents: [], unit: "label" },
        { id: "own_time", kind: "own_time", parents: [], unit: "us", tables: [{ given: {}, n: 0, values: [0] }] },
      ],
      lambda: [],
    },
    simple: { ownTime: 0, calls: [] },
  };
  topology.apis.push(standIn);
  const edge = `${api} > ${id}`;
  topology.edges.push({ id: edge, caller: api, callee: id, kind: "local", calls, asynchronous: 0 });
  const probability = 1 - folded.reduce((none, call) => none * (1 - call.probability), 1);
  made.calls.push({ edge, probability, asynchronous: false });
  return standIn;
}
