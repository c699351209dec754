import { check } from "./check.ts";
import { entryCaller, type Topology } from "./topology.ts";
import { topologyVersion } from "./topologyVersion.ts";
import { validateGcm, validateNodes, validateParents } from "./validateGcm.ts";
import { validateInstantiation, validateServiceInstantiation, validateWork } from "./validateInstantiation.ts";
import { type ApiSurroundings, validatePfa } from "./validatePfa.ts";

/**
 * Checks that a value is a topology that can be simulated and exported: types, unique ids, references, probabilities
 * that sum to 1 within 1e-9, ascending quantiles, finite and non-negative numbers, walks that finish, an entry API.
 * Unknown fields are left alone. Throws an Error of one line that names the place, such as
 * `topology: apis[3].pfa.transitions[2]: probabilities sum to 0.97, not 1`, and refuses a newer major version by name.
 */
export function validateTopology(value: unknown): asserts value is Topology {
  const topology = check.object(value, "");
  check.oneOf(topology.format, ["palette-topology"], "format");
  validateVersion(topology.version);
  check.text(topology.name, "name");
  check.positive(topology.resolution, "resolution");
  const grid = check
    .list(topology.quantileGrid, "quantileGrid")
    .map((level, index) => check.share(level, `quantileGrid[${index}]`));
  check.ascending(grid, "quantileGrid", true);
  if (grid.length < 2 || grid[0] !== 0 || grid.at(-1) !== 1) check.fail("quantileGrid", "does not run from 0 to 1");

  const services = objects(topology.services, "services");
  for (const [index, service] of services.entries()) {
    check.text(service.name, `services[${index}].name`);
    validateServiceInstantiation(service.instantiation, `services[${index}].instantiation`);
  }
  const serviceIds = uniqueIds(services, "services");
  const apis = objects(topology.apis, "apis");
  const apiIds = uniqueIds(apis, "apis");
  const edges = objects(topology.edges, "edges");
  uniqueIds(edges, "edges");
  for (const [index, api] of apis.entries()) {
    check.reference(api.service, serviceIds, "service", `apis[${index}].service`);
    check.text(api.name, `apis[${index}].name`);
    if (api.id === entryCaller) check.fail(`apis[${index}].id`, `${check.shown(entryCaller)} stands for an entry call`);
  }
  check.unique(
    apis.map((api) => JSON.stringify([api.service, api.name])),
    "apis",
    "the pair of service and name",
  );
  const serviceOf = new Map(apis.map((api) => [api.id, api.service]));
  for (const [index, edge] of edges.entries()) validateEdge(edge, apiIds, serviceOf, `edges[${index}]`);

  const calls = new Map(apis.map((api) => [api.id, new Set<string>()]));
  const callers = new Map(apis.map((api) => [api.id, new Map<string, unknown>()]));
  for (const edge of edges) {
    calls.get(edge.caller)!.add(String(edge.id));
    callers.get(edge.callee)!.set(String(edge.id), edge.caller);
  }
  const nodes = new Map<unknown, Set<string>>();
  for (const [index, api] of apis.entries()) {
    const surroundings = { apis: apiIds, calls: calls.get(api.id)! };
    const touching = new Set([...surroundings.calls, ...callers.get(api.id)!.keys()]);
    nodes.set(api.id, validateApi(api, surroundings, touching, grid.length, `apis[${index}]`));
  }
  const nowhere = { apis: apiIds, calls: new Set<string>() };
  const allEdges = new Set(edges.map((edge) => String(edge.id)));
  const exogenous = validateNodes(topology.exogenous, allEdges, grid.length, nowhere, new Set(), "exogenous");
  validateParents(topology.exogenous, [exogenous], "exogenous");
  for (const [index, api] of apis.entries()) {
    const callersNodes = new Set([...callers.get(api.id)!.values()].map((caller) => nodes.get(caller)!));
    const known = [nodes.get(api.id)!, exogenous, ...callersNodes];
    validateParents((api.gcm as { nodes: unknown }).nodes, known, `apis[${index}].gcm.nodes`);
  }
  if (topology.chains !== undefined) validateChains(topology.chains, apiIds);
  validateWorkload(topology.workload, apiIds);
  validateInstantiation(topology.instantiation, "instantiation");
  validateProvenance(topology.provenance);
}

function objects(value: unknown, place: string): Record<string, unknown>[] {
  return check.list(value, place).map((item, index) => check.object(item, `${place}[${index}]`));
}

function uniqueIds(items: Record<string, unknown>[], place: string): Set<string> {
  return check.unique(
    items.map((item, index) => check.text(item.id, `${place}[${index}].id`)),
    place,
  );
}

function validateVersion(value: unknown): void {
  const version = check.text(value, "version");
  const major = /^(\d+)\.\d+$/.exec(version)?.[1];
  if (major === undefined) check.fail("version", `${check.shown(version)} is not major.minor, such as 1.0`);
  const known = Number.parseInt(topologyVersion, 10);
  if (Number(major) > known) {
    check.fail("version", `${version} is newer than ${known}.x, which this version of palette reads`);
  }
}

function validateEdge(
  edge: Record<string, unknown>,
  apis: Set<string>,
  serviceOf: Map<unknown, unknown>,
  place: string,
): void {
  check.reference(edge.caller, apis, "API", `${place}.caller`);
  check.reference(edge.callee, apis, "API", `${place}.callee`);
  const kind = check.oneOf(edge.kind, ["local", "remote"], `${place}.kind`);
  if (kind === "local" && serviceOf.get(edge.caller) !== serviceOf.get(edge.callee)) {
    check.fail(`${place}.kind`, "a local edge joins two services");
  }
  if (edge.operation !== undefined) check.text(edge.operation, `${place}.operation`);
  check.amount(edge.calls, `${place}.calls`);
  check.share(edge.asynchronous, `${place}.asynchronous`);
}

function validateApi(
  api: Record<string, unknown>,
  surroundings: ApiSurroundings,
  touching: Set<string>,
  grid: number,
  place: string,
): Set<string> {
  check.amount(api.executions, `${place}.executions`);
  check.share(api.errors, `${place}.errors`);
  if (api.resolution !== undefined) check.positive(api.resolution, `${place}.resolution`);
  const states = validatePfa(api.pfa, surroundings, `${place}.pfa`);
  const nodes = validateGcm(api.gcm, touching, grid, surroundings, states, `${place}.gcm`);
  validateWork(api, place);
  const simple = check.object(api.simple, `${place}.simple`);
  check.amount(simple.ownTime, `${place}.simple.ownTime`);
  for (const [index, call] of objects(simple.calls, `${place}.simple.calls`).entries()) {
    const at = `${place}.simple.calls[${index}]`;
    check.reference(call.edge, surroundings.calls, "edge of this API", `${at}.edge`);
    check.amount(call.mean, `${at}.mean`);
    check.boolean(call.asynchronous, `${at}.asynchronous`);
  }
  return nodes;
}

/** Chains name a calling API and extend a chain above them in the list, so that each ends at an entry. */
function validateChains(value: unknown, apis: Set<string>): void {
  const known = new Set<string>();
  for (const [index, chain] of objects(value, "chains").entries()) {
    const at = `chains[${index}]`;
    const id = check.text(chain.id, `${at}.id`);
    if (known.has(id)) check.fail(`${at}.id`, `${check.shown(id)} is there twice`);
    check.reference(chain.caller, apis, "API", `${at}.caller`);
    if (chain.chain !== undefined) check.reference(chain.chain, known, "chain above this one", `${at}.chain`);
    known.add(id);
  }
}

function validateWorkload(value: unknown, apis: Set<string>): void {
  const workload = check.object(value, "workload");
  check.oneOf(workload.arrivals, ["poisson"], "workload.arrivals");
  check.amount(workload.rate, "workload.rate");
  check.amount(workload.duration, "workload.duration");
  const mix = objects(workload.mix, "workload.mix");
  if (mix.length === 0) check.fail("workload.mix", "there is no entry API");
  const entries = mix.map((entry, index) => {
    check.share(entry.probability, `workload.mix[${index}].probability`);
    check.amount(entry.executions, `workload.mix[${index}].executions`);
    return check.reference(entry.api, apis, "API", `workload.mix[${index}].api`);
  });
  check.unique(entries, "workload.mix", "api");
  check.distribution(
    mix.map((entry) => Number(entry.probability)),
    "workload.mix",
  );
}

function validateProvenance(value: unknown): void {
  const provenance = check.object(value, "provenance");
  check.text(provenance.generator, "provenance.generator");
  for (const [index, source] of objects(provenance.sources, "provenance.sources").entries()) {
    check.text(source.file, `provenance.sources[${index}].file`);
    check.text(source.format, `provenance.sources[${index}].format`);
    check.amount(source.rows, `provenance.sources[${index}].rows`);
  }
  if (provenance.skipped !== undefined)
    for (const [index, file] of objects(provenance.skipped, "provenance.skipped").entries()) {
      check.text(file.file, `provenance.skipped[${index}].file`);
      check.text(file.reason, `provenance.skipped[${index}].reason`);
    }
  if (provenance.nodes !== undefined)
    for (const [index, found] of objects(provenance.nodes, "provenance.nodes").entries()) {
      check.text(found.node, `provenance.nodes[${index}].node`);
      check.text(found.why, `provenance.nodes[${index}].why`);
      check.amount(found.numbers, `provenance.nodes[${index}].numbers`);
    }
  const ledger = check.object(provenance.ledger, "provenance.ledger");
  for (const key of ["read", "accepted", "merged", "rejected"]) check.amount(ledger[key], `provenance.ledger.${key}`);
  check.object(provenance.options, "provenance.options");
  check.list(provenance.interventions, "provenance.interventions");
}
