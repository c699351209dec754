import { quantile } from "../lib/gcm/quantile.ts";
import type { GcmNode, Topology } from "../lib/topology/topology.ts";
import { formatCount } from "./formatCount.ts";
import { formatCounts } from "./formatCounts.ts";
import { formatDuration } from "./formatDuration.ts";
import { formatShare } from "./formatShare.ts";

/** A box of a causal diagram: one node of the model, or one call with all the nodes of its edge. */
export interface GcmBox {
  id: string;
  kind: string;
  title: string;
  /** Second line, muted: what the node's distribution says in short. */
  facts: string[];
  asynchronous: boolean;
}

export interface GcmGraph {
  boxes: GcmBox[];
  arrows: { from: string; to: string }[];
  lambda: { name: string; value: number; fitted: number | null }[];
}

/**
 * The causal diagram of an API: its nodes and the nodes outside it that they depend on. The nodes of one edge (`called`,
 * `network`, `payload`) and the latency of its callee are drawn as one box, the call; the `limit` most frequent calls
 * have a box of their own. All trace factors are one box; what depends on them says how much of its rank they explain.
 */
export function gcmGraph(topology: Topology, apiId: string, limit = 24): GcmGraph {
  const api = topology.apis.find((candidate) => candidate.id === apiId);
  if (!api) throw new Error(`unknown API: ${apiId}`);
  const apis = new Map(topology.apis.map((candidate) => [candidate.id, candidate]));
  const services = new Map(topology.services.map((service) => [service.id, service.name]));
  const edges = new Map(topology.edges.map((edge) => [edge.id, edge]));
  const calls = topology.edges.filter((edge) => edge.caller === apiId).sort((a, b) => b.calls - a.calls);
  const rest = calls.length > limit ? calls.slice(limit - 1) : [];
  const restId = `${rest.length} more calls`;
  const hidden = new Set(rest.map((edge) => edge.id));
  const nodeIds = new Map(api.gcm.nodes.map((node) => [node.id, node]));
  const edgeOf = (id: string) => nodeIds.get(id)?.edge ?? /^\w+:(.*)$/s.exec(id)?.[1] ?? "";
  const factors = topology.exogenous.filter((node) => node.kind === "factor").map((node) => node.id);
  const boxOf = (id: string) => {
    if (factors.includes(id)) return factorsId;
    const edge = edgeOf(id);
    return !edges.has(edge) || edges.get(edge)!.caller !== apiId ? id : hidden.has(edge) ? restId : `call:${edge}`;
  };
  const nameOf = (edgeId: string) => {
    const callee = apis.get(edges.get(edgeId)?.callee ?? "");
    return callee ? `${services.get(callee.service) ?? callee.service} ${callee.name}` : edgeId;
  };

  const boxes = new Map<string, GcmBox>();
  const arrows = new Map<string, { from: string; to: string }>();
  const factsOf = (node: GcmNode) => nodeFacts(topology, node);
  for (const edge of calls) {
    const id = boxOf(`call:${edge.id}`);
    const facts = api.gcm.nodes
      .filter((node) => node.edge === edge.id && node.tables)
      .map((node) => `${titleOf(node.id.split(":")[0]!)} ${factsOf(node)}`);
    const made = api.simple.calls.find((call) => call.edge === edge.id)?.mean;
    if (made !== undefined) facts.unshift(`${formatCount(made)} an execution`);
    const title = id === restId ? restId : nameOf(edge.id);
    boxes.set(id, {
      id,
      kind: "call",
      title,
      facts: id === restId ? [] : facts,
      asynchronous: edge.asynchronous >= 0.5,
    });
  }
  for (const node of api.gcm.nodes) {
    const to = boxOf(node.id);
    if (!boxes.has(to))
      boxes.set(to, { id: to, kind: node.kind, title: titleOf(node.id), facts: ownFacts(node), asynchronous: false });
    for (const parent of node.parents) {
      const from = boxOf(parent);
      if (from === to) continue;
      if (!boxes.has(from) && !nodeIds.has(parent)) boxes.set(from, outside(parent, from));
      arrows.set(JSON.stringify([from, to]), { from, to });
    }
  }
  const lambda = api.gcm.lambda.map(({ edge, value, fitted }) => ({ name: nameOf(edge), value, fitted }));
  return { boxes: [...boxes.values()], arrows: [...arrows.values()], lambda };

  function ownFacts(node: GcmNode): string[] {
    if (node.kind === "path") {
      const ends = new Set(
        api!.pfa.transitions.filter((row) => row.to.some((to) => to.state === "finish")).map((row) => row.from),
      );
      return [`${formatCount(ends.size)} path${ends.size === 1 ? "" : "s"}`];
    }
    const contexts = (node.tables ?? []).filter((table) => Object.keys(table.given).length > 0).length;
    const counted = contexts > 0 ? `${formatCount(contexts)} context${contexts === 1 ? "" : "s"}` : "";
    return [node.tables ? factsOf(node) : "", counted, sharedBy(node)].filter(Boolean);
  }

  function outside(node: string, box: string): GcmBox {
    const exogenous = topology.exogenous.find(({ id }) => id === node);
    const kind = exogenous ? exogenous.kind : "context";
    const facts = box === factorsId ? [factors.join(", "), "once a trace"] : exogenous ? labelFacts(exogenous) : [];
    return { id: box, kind, title: titleOf(box), facts, asynchronous: false };
  }
}

/** What traces have in common: the loads that were recorded, the values of a dimension. */
function labelFacts({ levels, values, column }: GcmNode): string[] {
  if (levels?.length) return [`${formatCount(levels[0]!.least)} to ${formatCount(levels.at(-1)!.most)}, once a trace`];
  if (!values) return [];
  const several = new Set(values.flatMap(({ to }) => to.map(({ value }) => value))).size;
  return [`${formatCount(several)} value${several === 1 ? "" : "s"} of ${column ?? "a column"}`];
}

/** The box of all trace factors. */
const factorsId = "trace factors";

/** How much of a node's rank the factors of its trace explain. */
function sharedBy({ loadings = {} }: GcmNode): string {
  const explained = Object.values(loadings).reduce((sum, weight) => sum + weight * weight, 0);
  return explained > 0 ? `${formatShare(explained)} of its rank from the trace` : "";
}

/** Median and P99 of the table for any other context. */
function nodeFacts(topology: Topology, node: GcmNode): string {
  const table = node.tables?.findLast((candidate) => Object.keys(candidate.given).length === 0) ?? node.tables?.at(-1);
  if (!table || table.values.length === 0) return "";
  const [median, tail] = [0.5, 0.99].map((level) => quantile(topology.quantileGrid, table, level)) as [number, number];
  if (node.unit === "us") return `median ${formatDuration(median)}, P99 ${formatDuration(tail)}`;
  if (node.unit === "probability") return formatShare(median);
  if (node.unit === "count") return formatCounts([{ count: Math.round(median), probability: 1 }]);
  return `median ${formatCount(Math.round(median))}${node.unit === "bytes" ? " B" : ""}`;
}

function titleOf(id: string): string {
  return id.replaceAll("_", " ");
}
