import { tableFromArrays } from "apache-arrow";
import { contextGain } from "../gcm/contextGain.ts";
import type { Dimension } from "../gcm/dimension.ts";
import { equation, labelsOfOwnTime, latencyOf } from "../gcm/equation.ts";
import { findChains, type NumberedChain } from "../gcm/findChains.ts";
import { fitDimension } from "../gcm/fitDimension.ts";
import { fitFactorNodes, noFactors } from "../gcm/fitFactorNodes.ts";
import { type FittedLambda, fitLambda } from "../gcm/fitLambda.ts";
import { fitLoad, type GivenLoad, noLoad } from "../gcm/fitLoad.ts";
import { classCallers, fitParentClass, type ParentClass } from "../gcm/fitParentClass.ts";
import { fitRegimes, noRegimes } from "../gcm/fitRegimes.ts";
import { type FittedScenario, fitScenarios, noScenarios } from "../gcm/fitScenarios.ts";
import { fitTables } from "../gcm/fitTables.ts";
import { type FittedLabel, joinLabels } from "../gcm/fittedLabel.ts";
import { counted, type NodeDecision } from "../gcm/nodeDecision.ts";
import { chosenNodes } from "../gcm/nodeKinds.ts";
import { quantileGrid } from "../gcm/quantileGrid.ts";
import { rankTimes } from "../gcm/rankTimes.ts";
import { scenariosByLoad } from "../gcm/scenariosByLoad.ts";
import { collectPfaWalks, type MeasuredWalk } from "../pfa/collectPfaWalks.ts";
import { describePfa } from "../pfa/describePfa.ts";
import { learnPfa } from "../pfa/learnPfa.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { readLedger } from "../traces/ledger.ts";
import { chooseNodes } from "./chooseNodes.ts";
import { generator } from "./generator.ts";
import { nodeFindings } from "./nodeFindings.ts";
import { readGraph } from "./readGraph.ts";
import {
  type Api,
  type CallerChain,
  type Edge,
  entryCaller,
  type GcmNode,
  type Lambda,
  type LoadLevel,
  type Pfa,
  type RankTable,
  type Table,
  type Topology,
} from "./topology.ts";
import { topologyVersion } from "./topologyVersion.ts";

export interface FitOptions {
  name?: string;
  /** Time resolution of the data set, µs (`buildExecutions` returns it). */
  resolution: number;
  /** Kinds of nodes to fit (see `nodeKinds`); those that pay (see `chooseNodes`) unless told. */
  nodes?: readonly string[];
  /** Loads of files, for the node `load`; measured from arrivals where none are given. */
  loads?: readonly GivenLoad[];
  /** Columns of the traces that are nodes. */
  dimensions?: readonly Dimension[];
  /** Told in a sentence where a node is left out, or rests on less than was asked for. */
  say?: (sentence: string) => void;
  /** What the provenance keeps: seed, holdout and whatever else shaped the traces. */
  options?: Record<string, string | number | boolean>;
  /** Interventions that the traces went through before, for the provenance. */
  interventions?: readonly unknown[];
}

/**
 * Fits a topology to the executions of a data set that are not held out (`splitTraces`): the graph, and for each API
 * its PFA, its GCM with caller, path and trace factors as parents of own time, and the simple statistics beside it.
 * @throws Error when no trace is left to fit, and for a kind of node that does not exist
 */
export async function fitTopology(dataset: Dataset, options: FitOptions): Promise<Topology> {
  if (options.nodes === undefined)
    return chooseNodes((nodes) => fitTopology(dataset, { ...options, nodes }), options.loads?.length ? ["load"] : []);
  const nodes = chosenNodes(options.nodes);
  const conditioned = nodes.includes("context");
  const t = (table: string) => tableOf(dataset, table);
  const grid = quantileGrid();
  const graph = await readGraph(dataset);
  if (graph.apis.length === 0) throw new Error("no execution is left to fit: every row was rejected or held out");
  const chains = conditioned ? await findChains(dataset) : [];
  const decisions: Partial<Record<string, NodeDecision>> = {};
  if (conditioned) decisions.context = { found: "callers", ...(await contextGain(dataset)) };
  const callerId = (number: number) => (number < 0 ? entryCaller : graph.apiId(number));
  const { loads = [], dimensions = [], say = () => {} } = options;
  const load = nodes.includes("load") ? await fitLoad(dataset, loads, say) : noLoad;
  const { levels } = load;
  decisions.load = load.decision;
  const { scenarios, decision } = nodes.includes("scenario")
    ? await fitScenarios(dataset, levels.length > 0)
    : noScenarios;
  decisions.scenario = decision;
  const labels: FittedLabel[] = [];
  if (scenarios.length > 0)
    labels.push({ id: "scenario", table: "scenarios", column: "scenario", by: "trace", nameOf: String });
  if (levels.length > 0)
    labels.push({ id: "load", table: "loads", column: "level", by: "trace", nameOf: (level) => levels[level - 1]!.id });
  const added: GcmNode[] = [];
  for (const [index, dimension] of dimensions.entries()) {
    const { label, node } = await fitDimension(dataset, dimension, index, conditioned, callerId);
    labels.push(label);
    added.push(node);
  }
  const walks = await collectPfaWalks(dataset, conditioned, labels);

  const learned = new Map([...walks].map(([api, apiWalks]) => [api, learnPfa(apiWalks)]));
  const described = (api: number, apiWalks: readonly MeasuredWalk[], given: readonly FittedLabel[]) =>
    describePfa(learned.get(api)!, apiWalks, graph.edgeId, {
      ...(conditioned ? { caller: callerId, chain: chainId } : {}),
      labels: given,
    });
  const pfas = new Map<number, Pfa>();
  const paths: string[] = [];
  const pathNumbers = new Map<string, number>();
  const walkColumn: number[] = [];
  const pathColumn: number[] = [];
  for (const [api, apiWalks] of walks) {
    const { pfa, pathOf } = described(api, apiWalks, labels);
    pfas.set(api, pfa);
    for (const [walk, path] of pathOf) {
      const number = pathNumbers.get(path) ?? paths.push(path) - 1;
      pathNumbers.set(path, number);
      walkColumn.push(walk);
      pathColumn.push(number);
    }
  }
  await dataset.engine.query(`DROP TABLE IF EXISTS ${t("paths")}`);
  await dataset.engine.insert(
    t("paths"),
    tableFromArrays({ walk: Int32Array.from(walkColumn), path: Int32Array.from(pathColumn) }),
  );
  const lambdas = await fitLambda(dataset);
  const { joins, columns } = joinLabels(dataset, labels);
  await dataset.engine.query(`
    CREATE OR REPLACE TABLE ${t("fitted")} AS
    SELECT e.trace, e.span, e.parent, e.api, e.edge, coalesce(e.caller, -1) AS caller, ${conditioned ? "h.chain" : "NULL::INTEGER AS chain"}, ${columns.map((column) => `${column}, `).join("")}p.path, ${ownTime(t("stages"), lambdas)} AS own, e.waited - e.duration AS network,
      e.request_bytes, e.response_bytes
    FROM ${t("executions")} e JOIN ${t("split")} s USING (trace) JOIN ${t("paths")} p USING (walk)
      ${conditioned ? `LEFT JOIN ${t("chains")} h ON h.span = e.span` : ""}
      ${joins}
    WHERE NOT s.test`);
  const labelColumns = labels.map(({ column }) => column);
  const labelIds = Object.fromEntries(labels.map(({ column, id }) => [column, id]));
  const namers: Record<string, (value: number) => string> = {
    caller: callerId,
    chain: chainId,
    path: (path) => paths[path]!,
    ...Object.fromEntries(labels.map(({ column, nameOf }) => [column, nameOf])),
  };
  const valueName = (parent: string, value: number) => namers[parent]!(value);
  const ownTimes = await fitTables(
    dataset,
    grid,
    {
      relation: t("fitted"),
      key: "api",
      parents: ["path", ...(conditioned ? ["caller", "chain"] : []), ...labelColumns],
      labels: labelIds,
      named: labels.filter(({ drawnBy }) => drawnBy).map(({ column }) => column),
      value: "greatest(0, own)",
    },
    valueName,
  );
  const edgeNodes = await fitEdgeNodes(dataset, grid, labels, valueName);
  if (nodes.some((kind) => kind === "regime" || kind === "parent-class" || kind === "factors"))
    await rankTimes(dataset, labelColumns);
  const regimes = nodes.includes("regime") ? await fitRegimes(dataset) : noRegimes;
  if (regimes.label) {
    // The automata stay; what entry executions choose in them may depend on the regime.
    const given = [...labels, regimes.label];
    const entries = new Set(regimes.classes.map(({ entry }) => entry));
    for (const [api, apiWalks] of await collectPfaWalks(dataset, conditioned, given))
      if (entries.has(api)) pfas.set(api, described(api, apiWalks, given).pfa);
  }
  if (nodes.includes("parent-class") || nodes.includes("factors")) await classCallers(dataset);
  const regimeCount = new Set(regimes.classes.map(({ id }) => id)).size;
  if (regimeCount > 1) decisions.regime = { found: counted(regimeCount, "regime") };
  const byClass = nodes.includes("parent-class") ? await fitParentClass(dataset) : undefined;
  const classes: ParentClass = byClass?.classes ?? new Map();
  decisions["parent-class"] = byClass?.decision;
  const factors = nodes.includes("factors") ? await fitFactorNodes(dataset, classes) : noFactors;
  decisions.factors = factors.decision;
  await dataset.engine.query(`DROP TABLE ${t("fitted")}`);

  const exogenous = [
    ...classNodes("regime", regimes.classes, callerId),
    // What is drawn given another label is drawn after it.
    ...loadNodes(levels, loads.length === 0),
    ...classNodes("scenario", await scenariosByLoad(dataset, scenarios, levels), callerId),
    ...added,
    ...factors.nodes,
  ];
  const dependent = (found: GcmNode, number: number) => factors.load(regimes.bend(found, number), number);
  const edgesById = new Map(graph.edges.map((edge) => [edge.id, edge]));
  const apis: Api[] = graph.apis.map(({ number, ...api }) => {
    const pfa = pfas.get(number) as Pfa;
    const outgoing = graph.outgoing.get(api.id) ?? [];
    const lambda = outgoing
      .filter((edge) => edge.asynchronous < 1)
      .map((edge) => lambdaOf(edge.id, lambdas.get(graph.edgeNumber(edge.id))));
    const gcmNodes: GcmNode[] = [
      {
        id: "latency",
        kind: "latency",
        parents: ["own_time", "path", ...lambda.map(({ edge }) => `call:${edge}`)],
        unit: "us",
      },
      { id: "path", kind: "path", parents: parentsOf(pfa.transitions), unit: "label" },
      dependent(
        withRanks(node("own_time", "own_time", ownTimes.get(number) ?? [], "us"), classes.get(number), callerId),
        number,
      ),
      ...outgoing.flatMap((edge) => {
        const fitted = edgeNodes.get(graph.edgeNumber(edge.id)) ?? [];
        return callNodes(
          edge,
          fitted.map((found) => dependent(found, graph.edgeNumber(edge.id))),
        );
      }),
    ];
    return {
      ...api,
      pfa,
      gcm: {
        equation: equation(pfa, lambda, (id) => latencyOf(edgesById.get(id)!), labelsOfOwnTime(gcmNodes, exogenous)),
        nodes: gcmNodes,
        lambda,
      },
      simple: graph.simple(number),
    };
  });
  const ledger = await readLedger(dataset);
  return {
    format: "palette-topology",
    version: topologyVersion,
    name: options.name ?? "topology",
    resolution: options.resolution,
    quantileGrid: grid,
    services: graph.services,
    apis,
    edges: graph.edges,
    chains: usedChains(apis, chains, callerId),
    exogenous,
    workload: graph.workload,
    provenance: {
      generator,
      sources: graph.sources,
      ...(graph.skipped.length > 0 && { skipped: graph.skipped }),
      ledger: { read: ledger.read, accepted: ledger.accepted, merged: ledger.merged, rejected: ledger.rejected },
      nodes: nodeFindings({ apis }, nodes, decisions),
      options: { ...options.options, nodes: nodes.join() },
      interventions: structuredClone([...(options.interventions ?? [])]),
    },
  };
}

/** SQL for the own time of an execution `e`: what is left of its duration once λ of each stage is taken away. */
function ownTime(stages: string, lambdas: ReadonlyMap<number, FittedLambda>): string {
  const partial = [...lambdas].filter(([, { value }]) => value !== 1);
  if (partial.length === 0) return "e.own";
  const cases = partial.map(([edge, { value }]) => `WHEN ${edge} THEN ${1 - value}`).join(" ");
  return `e.own + coalesce((
    SELECT sum(round(1000 * g.longest * CASE g.longest_edge ${cases} ELSE 0 END)::BIGINT)::DOUBLE / 1000
    FROM ${stages} g WHERE g.parent = e.span), 0)`;
}

/** Network gaps and payload sizes of the edges that have them, given the caller's path. */
async function fitEdgeNodes(
  dataset: Dataset,
  grid: readonly number[],
  labels: readonly FittedLabel[],
  valueName: (parent: string, value: number) => string,
): Promise<Map<number, GcmNode[]>> {
  const t = (table: string) => tableOf(dataset, table);
  const quantities = [
    { id: "network", kind: "network", unit: "us" as const, column: "network" },
    { id: "request", kind: "payload", unit: "bytes" as const, column: "request_bytes" },
    { id: "response", kind: "payload", unit: "bytes" as const, column: "response_bytes" },
  ];
  const ids = Object.fromEntries(labels.map(({ column, id }) => [column, id]));
  const parents = ["path", ...Object.keys(ids)];
  const named = labels.filter(({ drawnBy }) => drawnBy).map(({ column }) => column);
  // What an API draws for itself is not known yet while it is called.
  const known = labels.map(({ column, drawnBy = [] }) =>
    drawnBy.length === 0
      ? `c.${column}`
      : `CASE WHEN c.api NOT IN (${drawnBy.join(", ")}) THEN c.${column} END AS ${column}`,
  );
  const nodes = new Map<number, GcmNode[]>();
  for (const { id, kind, unit, column } of quantities) {
    const present = column === "network" ? "network > 0" : `${column} IS NOT NULL`;
    const relation = `(
      SELECT ${["c.edge", "p.path", ...known].join(", ")}, c.${column} AS quantity FROM ${t("fitted")} c JOIN ${t("fitted")} p ON p.span = c.parent
      WHERE c.${column} IS NOT NULL
        AND c.edge IN (SELECT edge FROM ${t("fitted")} WHERE edge IS NOT NULL AND ${present}))`;
    const tables = await fitTables(
      dataset,
      grid,
      { relation, key: "edge", parents, labels: ids, named, value: "greatest(0, quantity)" },
      valueName,
    );
    for (const [edge, found] of tables) {
      const known = nodes.get(edge) ?? [];
      nodes.set(edge, [...known, { ...node("", kind, found, unit), id }]);
    }
  }
  return nodes;
}

/** The nodes of one edge: whether it is called, how long the call takes (the callee's latency and the network), payloads. */
function callNodes(edge: Edge, fitted: readonly GcmNode[]): GcmNode[] {
  const own = fitted.map((found) => ({ ...found, id: `${found.id}:${edge.id}`, edge: edge.id }));
  const network = own.filter(({ kind }) => kind === "network").map(({ id }) => id);
  return [
    { id: `called:${edge.id}`, kind: "called", parents: ["path"], unit: "probability", edge: edge.id },
    { id: `call:${edge.id}`, kind: "call", parents: [`called:${edge.id}`, ...network], unit: "us", edge: edge.id },
    ...own,
  ];
}

function node(id: string, kind: string, tables: Table[], unit: GcmNode["unit"]): GcmNode {
  return { id, kind, parents: parentsOf(tables), unit, tables };
}

/** An own-time node with the densities of its rank, for each caller. */
function withRanks(
  found: GcmNode,
  byCaller: ReadonlyMap<number, RankTable[]> | undefined,
  callerId: (number: number) => string,
): GcmNode {
  if (byCaller === undefined) return found;
  const ranks = [...byCaller].flatMap(([caller, tables]) =>
    tables.map((table) => ({ ...table, given: { caller: callerId(caller), ...table.given } })),
  );
  return { ...found, parents: [...new Set([...found.parents, ...parentsOf(ranks)])].sort(), ranks };
}

/** The exogenous node of one kind of classes of traces, where there are any. */
function classNodes(
  kind: "scenario" | "regime",
  found: readonly FittedScenario[],
  apiId: (number: number) => string,
): GcmNode[] {
  if (found.length === 0) return [];
  const classes = found.map(({ entry, ...each }) => ({ ...each, entry: apiId(entry) }));
  const parents = [...new Set(classes.flatMap(({ given = {} }) => Object.keys(given)))];
  return [{ id: kind, kind, parents, unit: "label", classes }];
}

function loadNodes(levels: readonly LoadLevel[], measured: boolean): GcmNode[] {
  if (levels.length === 0) return [];
  return [{ id: "load", kind: "load", parents: [], unit: "label", measured, levels: [...levels] }];
}

/** The chains that rows and tables name, with those that they extend. */
function usedChains(
  apis: readonly Api[],
  chains: readonly NumberedChain[],
  callerId: (number: number) => string,
): CallerChain[] {
  const named = new Set(
    apis.flatMap(({ pfa, gcm }) =>
      [...pfa.transitions, ...gcm.nodes.flatMap(({ tables }) => tables ?? [])].map(({ given }) => given.chain),
    ),
  );
  const used: CallerChain[] = [];
  for (let number = chains.length - 1; number >= 0; number--) {
    const { caller, chain } = chains[number]!;
    if (!named.has(chainId(number))) continue;
    used.push({ id: chainId(number), caller: callerId(caller), ...(chain === null ? {} : { chain: chainId(chain) }) });
    if (chain !== null) named.add(chainId(chain));
  }
  return used.reverse();
}

function chainId(number: number): string {
  return `c${number + 1}`;
}

function parentsOf(rows: readonly { given: Record<string, string> }[]): string[] {
  return [...new Set(rows.flatMap(({ given }) => Object.keys(given)))].sort();
}

function lambdaOf(edge: string, lambda: FittedLambda | undefined): Lambda {
  const rounded = (value: number) => Number(value.toPrecision(4));
  if (lambda === undefined) return { edge, value: 1, fitted: null };
  return { edge, value: rounded(lambda.value), fitted: rounded(lambda.fitted) };
}
