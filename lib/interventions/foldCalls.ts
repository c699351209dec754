import { densities } from "../gcm/fitParentClass.ts";
import { normalQuantile } from "../gcm/normal.ts";
import { binCount, binOf, classCount, classOf, probabilityOfRank } from "../gcm/rankClasses.ts";
import type { Api, Context, GcmNode, RankTable, Topology } from "../topology/topology.ts";
import { type ConditionedSample, conditionTables, rankIn } from "./conditionTables.ts";
import { type FoldedExecution, foldedExecutions } from "./foldedExecutions.ts";
import { addStandIn, type FoldedStage } from "./foldedStages.ts";
import { groupBy } from "./groupBy.ts";
import { holdsIn } from "./holdsIn.ts";

export interface FoldOptions {
  /** Traces simulated for each entry API. */
  traces: number;
  seed: number;
}

/** Loadings below this are left out, as in a fit. */
const leastLoading = 0.02;
/** Executions that a density of ranks is estimated anew from; with fewer it stays as it was. */
const fewestForRanks = 200;

/**
 * Takes the calls of a draft to APIs that are not kept out of those that are, and makes what callers waited for them part
 * of the callers' own time. The full topology is simulated; each execution's own time becomes what is left of its
 * duration once the stages that stay are taken away, so that it is known together with the path, the chain of callers,
 * the caller's rank and the trace's factors, and tables, densities and loadings are estimated anew from that.
 * @param stages those folded in part whose folded calls an API of the caller's service stands for, since what they take
 * beyond the calls that stay depends on these
 */
export function foldCalls(
  topology: Topology,
  kept: ReadonlySet<string>,
  stages: readonly FoldedStage[],
  options: FoldOptions,
): void {
  const lostEdges = new Set(topology.edges.filter(({ callee }) => !kept.has(callee)).map(({ id }) => id));
  const folding = topology.apis.filter(
    ({ id, pfa }) => kept.has(id) && pfa.states.some(({ calls }) => calls.some(({ edge }) => lostEdges.has(edge))),
  );
  for (const { id, pfa } of folding) {
    if (pfa.states.every(({ calls }) => calls.every((call) => !call.timeout && (call.attempts ?? 1) === 1))) continue;
    throw new Error(`${id} waits with timeouts or attempts, which cannot be folded: set them after downscaling`);
  }
  const told = new Set(folding.map(({ id }) => id));
  const standIns = stages.map((stage) => ({ stage, name: JSON.stringify([stage.api, stage.state]) }));
  const standing = new Map(standIns.flatMap(({ stage, name }) => stage.lost.map((edge) => [edge, name])));
  const executions = foldedExecutions(topology, { kept, folding: told, standing }, options);
  const byApi = groupBy(executions, ({ api }) => api);
  for (const api of folding) {
    replaceTables(topology, api, byApi.get(api.id) ?? []);
    replaceRegimeRanks(api, byApi.get(api.id) ?? []);
  }
  for (const api of topology.apis) replaceRanks(api, byApi.get(api.id) ?? []);
  for (const api of folding) replaceLoadings(topology, api, byApi.get(api.id) ?? []);
  for (const { stage, name } of standIns) {
    const found = byApi.get(name) ?? [];
    if (found.length === 0) continue;
    const api = addStandIn(topology, stage);
    replaceTables(topology, api, found);
    dependOnCaller(api, found);
    replaceLoadings(topology, api, found);
  }
  for (const { pfa } of folding)
    for (const state of pfa.states) state.calls = state.calls.filter(({ edge }) => !lostEdges.has(edge));
}

function ownTimeOf(api: Api): GcmNode | undefined {
  return api.gcm.nodes.find(({ kind }) => kind === "own_time");
}

/** Gives own time the tables of what it is now, and each execution its rank in them. */
function replaceTables({ quantileGrid }: Topology, api: Api, executions: readonly FoldedExecution[]): void {
  const node = ownTimeOf(api);
  if (!node || executions.length === 0) return;
  const sample: ConditionedSample = { value: [], weight: [], given: [] };
  let [sum, total] = [0, 0];
  for (const { own, weight, given } of executions) {
    sample.value.push(own);
    sample.weight.push(weight);
    sample.given.push(given);
    sum += weight * own;
    total += weight;
  }
  node.tables = conditionTables(quantileGrid, sample);
  setParents(node);
  api.simple.ownTime = sum / total;
  for (const each of executions) each.rank = rankIn(quantileGrid, node.tables, each.own, each.given);
}

/** Estimates densities under regimes anew, and takes what they make of ranks out of these. */
function replaceRegimeRanks(api: Api, executions: readonly FoldedExecution[]): void {
  const node = ownTimeOf(api);
  if (!node?.regimeRanks || executions.length === 0) return;
  const densityOf = (densities: readonly RankTable[], { given }: FoldedExecution) =>
    densities.find((table) => holdsIn(table, given));
  const before = node.regimeRanks;
  node.regimeRanks = densitiesOf(before, executions, (each) => densityOf(before, each));
  for (const each of executions) {
    const density = densityOf(node.regimeRanks, each);
    if (density) each.rank = probabilityOfRank(density.weights, each.rank);
  }
}

/** Densities of what the ranks of executions are now, each for those that it is given by one that was there before. */
function densitiesOf(
  before: readonly RankTable[],
  executions: readonly FoldedExecution[],
  densityOf: (each: FoldedExecution) => RankTable | undefined,
): RankTable[] {
  const served = new Map(before.map((table) => [table, { n: 0, bins: new Float64Array(binCount) }]));
  for (const each of executions) {
    const found = served.get(densityOf(each)!);
    if (found === undefined) continue;
    found.n++;
    found.bins[binOf(each.rank)]! += each.weight;
  }
  return before.map((table) => {
    const { n, bins } = served.get(table)!;
    if (n < fewestForRanks) return table;
    const total = bins.reduce((sum, weight) => sum + weight, 0);
    return { ...table, n, weights: Array.from(bins, (weight) => Number((weight / total).toPrecision(4))) };
  });
}

/** Estimates densities of ranks anew, as the ranks that they are of or depend on may have changed. */
function replaceRanks(api: Api, executions: readonly FoldedExecution[]): void {
  const node = ownTimeOf(api);
  if (!node?.ranks || executions.length === 0) return;
  const before = node.ranks;
  node.ranks = densitiesOf(before, executions, (each) => before.find((table) => holdsIn(table, contextOf(each))));
}

/** Gives an own time densities of its rank by the class of its one caller's, where they depend on each other. */
function dependOnCaller(api: Api, executions: readonly FoldedExecution[]): void {
  const node = ownTimeOf(api)!;
  if (executions.length < fewestForRanks) return;
  const mean = executions.reduce((sum, { weight }) => sum + weight, 0) / executions.length;
  const table = Array.from({ length: classCount }, () => Array<number>(binCount).fill(0));
  for (const { caller, rank, weight } of executions)
    if (caller) table[classOf(caller.rank)]![binOf(rank)]! += weight / mean;
  const found = densities(table).tables.map((row) => ({ ...row, n: Math.round(row.n) }));
  if (found.length > 0) node.ranks = found;
  setParents(node);
}

/** The weight of each factor is the mean product of it and the rank's normal score, in traces without any other reason. */
function replaceLoadings({ exogenous }: Topology, api: Api, executions: readonly FoldedExecution[]): void {
  const node = ownTimeOf(api);
  const factors = exogenous.filter(({ kind }) => kind === "factor").map(({ id }) => id);
  if (!node || executions.length === 0 || factors.length === 0) return;
  const sums = new Float64Array(factors.length);
  let total = 0;
  for (const each of executions) {
    const density = node.ranks?.find((table) => holdsIn(table, contextOf(each)));
    const rank = density ? probabilityOfRank(density.weights, each.rank) : each.rank;
    const score = normalQuantile(Math.min(1 - 1e-6, Math.max(1e-6, rank)));
    for (let factor = 0; factor < factors.length; factor++)
      sums[factor]! += each.weight * score * each.factors[factor]!;
    total += each.weight;
  }
  const weights = Array.from(sums, (sum) => sum / total);
  const explained = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const scale = explained > 1 ? 1 / Math.sqrt(explained) : 1;
  const kept = factors.flatMap((id, factor) => {
    const weight = Math.trunc(1000 * weights[factor]! * scale) / 1000;
    return Math.abs(weight) < leastLoading ? [] : [[id, weight] as const];
  });
  const loadings = kept.length > 0 ? { loadings: Object.fromEntries(kept) } : {};
  const { loadings: _, ...rest } = node;
  const replaced: GcmNode = { ...rest, ...loadings };
  setParents(replaced);
  api.gcm.nodes[api.gcm.nodes.indexOf(node)] = replaced;
}

function setParents(node: GcmNode): void {
  const contexts = [...(node.tables ?? []), ...(node.ranks ?? []), ...(node.regimeRanks ?? [])].flatMap(({ given }) =>
    Object.keys(given),
  );
  node.parents = [...[...new Set(contexts)].sort(), ...Object.keys(node.loadings ?? {})];
}

function contextOf({ given, caller }: FoldedExecution): Context {
  return caller === undefined ? given : { ...given, "caller.rank": String(classOf(caller.rank)) };
}
