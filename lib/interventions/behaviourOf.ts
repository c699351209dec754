import { fullValues } from "../gcm/thinTable.ts";
import type { CallerChain, Context, GcmNode, Table, Topology } from "../topology/topology.ts";
import type { Behaviour } from "./behaviourField.ts";
import { shown } from "./fields.ts";
import { marginalTables } from "./marginalTables.ts";
import type { Intervention } from "./operation.ts";
import { selectServices } from "./selectApis.ts";

/** An API that ran less often shows nothing of how it behaves. */
const fewest = 10;

type Call = Behaviour["calls"][number];

/**
 * Takes out of a topology how services behave: own times, paths, and network times of the calls that they make and take.
 * The network times of the calls that they take are for any path of the caller, whose automaton is not taken. Contexts
 * that name a kind of trace are told for all kinds together: kinds are numbered anew in each fit.
 * @param service a name, an id or a pattern of names
 * @throws Error of one line where no such service ran at least 10 times
 */
export function behaviourOf(topology: Topology, service: string): Behaviour {
  const services = new Set(selectServices(topology, service).map(({ id }) => id));
  const full = (table: Table): Table => {
    const { step: _, ...rest } = table;
    return { ...rest, values: [...fullValues(topology.quantileGrid, table)] };
  };
  const apis = topology.apis.filter((api) => services.has(api.service) && api.executions >= fewest);
  if (apis.length === 0) throw new Error(`no API of ${shown(service)} ran ${fewest} times in ${shown(topology.name)}`);
  const mine = new Set(apis.map(({ id }) => id));
  const modelOf = new Map(topology.apis.map(({ id, gcm, simple }) => [id, { ...gcm, simple }]));
  const named = new Set<string>();
  const keeps = (parent: string) => ["caller", "chain", "path"].includes(parent);
  const told = <Row extends { given: Context }>(rows: readonly Row[]) =>
    rows.flatMap((row) => {
      if (!Object.keys(row.given).every(keeps)) return [];
      if (row.given.chain !== undefined) named.add(row.given.chain);
      return [structuredClone(row)];
    });
  const marginal = (tables: readonly Table[], keeps: (parent: string) => boolean) =>
    marginalTables(topology.quantileGrid, tables, keeps).map(full);
  const taken = apis.map(({ id, executions, errors, pfa, gcm, simple }) => {
    const ownTime = gcm.nodes.find(({ kind }) => kind === "own_time")?.tables;
    if (!ownTime?.length) throw new Error(`${shown(id)} has no own time: summaries without times show no behaviour`);
    const { heldOut, ...learning } = pfa.learning;
    return {
      id,
      executions,
      errors,
      ownTime: { mean: simple.ownTime, tables: told(marginal(ownTime, keeps)) },
      pfa: {
        states: structuredClone(pfa.states),
        transitions: told(pfa.transitions),
        learning: heldOut === null ? learning : { ...learning, heldOut },
      },
    };
  });
  const calls = topology.edges.flatMap(({ id, caller, callee, operation }): Call[] => {
    if (!mine.has(caller) && !mine.has(callee)) return [];
    const { nodes, lambda, simple } = modelOf.get(caller)!;
    const tables = networkOf(nodes, id);
    const factor = mine.has(caller) ? lambda.find(({ edge }) => edge === id)?.value : undefined;
    return [
      {
        id,
        caller,
        callee,
        ...(operation === undefined ? {} : { operation }),
        ...(factor === undefined ? {} : { lambda: factor }),
        ...(tables && {
          network: {
            mean: simple.calls.find(({ edge }) => edge === id)?.network ?? 0,
            tables: mine.has(caller) ? told(marginal(tables, keeps)) : marginal(tables, () => false),
          },
        }),
      },
    ];
  });
  const chains = (topology.chains ?? [])
    .filter(({ id }) => named.has(id))
    .map(({ id }) => ({ id, callers: callersOf(topology.chains!, id) }));
  return { quantileGrid: [...topology.quantileGrid], chains, calls, apis: taken };
}

/** Whether a service of this name ran often enough in a topology's traces to show how it behaves. */
export function showsBehaviour({ apis, services }: Topology, service: string): boolean {
  const ids = new Set(services.filter(({ name }) => name === service).map(({ id }) => id));
  return apis.some((api) => ids.has(api.service) && api.executions >= fewest);
}

/** The intervention that makes a service behave as it does in a topology, such as one that was fitted to a fault. */
export function replacingBehaviour(topology: Topology, service: string): Intervention {
  return { type: "replaceBehaviour", service, behaviour: behaviourOf(topology, service) };
}

function networkOf(nodes: readonly GcmNode[], edge: string): Table[] | undefined {
  const tables = nodes.find((node) => node.kind === "network" && node.edge === edge)?.tables;
  return tables?.length ? tables : undefined;
}

/** The APIs of a chain: the caller, its caller and so on up to the entry. */
function callersOf(chains: readonly CallerChain[], id: string): string[] {
  const callers: string[] = [];
  for (let next: string | undefined = id; next !== undefined; ) {
    const found: CallerChain = chains.find((chain) => chain.id === next)!;
    callers.push(found.caller);
    next = found.chain;
  }
  return callers;
}
