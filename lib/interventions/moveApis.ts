import type { Api, Edge, GcmNode, Topology } from "../topology/topology.ts";
import { marginalTables } from "./marginalTables.ts";
import type { Draft } from "./operation.ts";

/**
 * Moves APIs to the service of a name, which is made where there is none. A call that becomes remote needs a network
 * time: the one given, or that of another remote call, which is reported.
 * @param network µs
 */
export function moveApis(
  { topology, say }: Draft,
  apis: readonly Api[],
  name: string,
  network: number | undefined,
): void {
  let service = topology.services.find((each) => each.name === name);
  if (service === undefined) {
    if (topology.services.some(({ id }) => id === name))
      throw new Error(`another service has the id ${JSON.stringify(name)}`);
    service = { id: name, name };
    topology.services.push(service);
  }
  for (const api of apis) api.service = service.id;
  const byName = new Map<string, Api>();
  for (const api of topology.apis.filter(({ service: of }) => of === service.id)) {
    const other = byName.get(api.name);
    if (other)
      throw new Error(`${other.id} and ${api.id} would have one name in ${service.name}: renameApi one of them before`);
    byName.set(api.name, api);
  }
  const moved = new Set(apis.map(({ id }) => id));
  const serviceOf = new Map(topology.apis.map((api) => [api.id, api.service]));
  for (const edge of topology.edges) {
    if (!moved.has(edge.caller) && !moved.has(edge.callee)) continue;
    if (serviceOf.get(edge.caller) === serviceOf.get(edge.callee)) continue;
    if (edge.kind === "local") addNetwork({ topology, say }, edge, network);
    edge.kind = "remote";
  }
}

/** Gives a call a network time, where it has none: a constant, or that of the nearest other remote call. */
export function addNetwork({ topology, say }: Draft, edge: Edge, network: number | undefined): void {
  const caller = topology.apis.find(({ id }) => id === edge.caller)!;
  if (caller.gcm.nodes.some((node) => node.kind === "network" && node.edge === edge.id)) return;
  const base = { id: `network:${edge.id}`, kind: "network", unit: "us" as const, edge: edge.id, parents: [] };
  if (network !== undefined) {
    caller.gcm.nodes.push({ ...base, tables: [{ given: {}, n: 1, values: [network] }] });
    return;
  }
  const lender = nearestNetwork(topology, edge);
  if (lender === undefined) {
    say(
      `the call from ${edge.caller} to ${edge.callee} is remote now, without network time: no other call has one to borrow`,
    );
    return;
  }
  const tables = structuredClone(marginalTables(topology.quantileGrid, lender.tables!, () => false));
  caller.gcm.nodes.push({ ...base, tables });
  const from = topology.edges.find(({ id }) => id === lender.edge)!;
  say(
    `the call from ${edge.caller} to ${edge.callee} is remote now and takes the network time of that from ${from.caller} to ${from.callee}`,
  );
}

/** The network node of another call: of the same callee, else of the same caller, else of any; the most called first. */
function nearestNetwork({ apis, edges }: Topology, { id, caller, callee }: Edge): GcmNode | undefined {
  const nodes = new Map(
    apis.flatMap(({ gcm }) =>
      gcm.nodes.filter((node) => node.kind === "network" && node.tables?.length).map((node) => [node.edge!, node]),
    ),
  );
  const rank = (edge: Edge) => (edge.callee === callee ? 2 : edge.caller === caller ? 1 : 0);
  const lenders = edges.filter((edge) => edge.id !== id && nodes.has(edge.id));
  lenders.sort((a, b) => rank(b) - rank(a) || b.calls - a.calls || (a.id < b.id ? -1 : 1));
  return lenders[0] && nodes.get(lenders[0].id);
}
