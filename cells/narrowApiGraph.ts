import type { ApiGraph, ApiLink, ApiNode } from "./apiGraph.ts";

/** The APIs within `hops` calls of `focus`, upwards (its callers' callers) and downwards (its callees' callees). */
export function focusOn(graph: ApiGraph, focus: string, hops: number): ApiGraph {
  if (!graph.apis.some((api) => api.id === focus)) throw new Error(`unknown API: ${focus}`);
  const kept = new Set([focus]);
  for (const [from, to] of [
    ["callee", "caller"],
    ["caller", "callee"],
  ] as const) {
    let front = new Set([focus]);
    for (let hop = 0; hop < hops && front.size > 0; hop++) {
      const next = new Set<string>();
      for (const link of graph.links) if (front.has(link[from]) && !kept.has(link[to])) next.add(link[to]);
      for (const api of next) kept.add(api);
      front = next;
    }
  }
  return keepApis(graph, kept);
}

/** The `limit` most executed APIs; ties go to the one that stands first. */
export function mostExecuted(graph: ApiGraph, limit: number): ApiGraph {
  if (graph.apis.length <= limit) return graph;
  const ranked = graph.apis.toSorted((a, b) => b.executions - a.executions);
  return keepApis(graph, new Set(ranked.slice(0, limit).map((api) => api.id)));
}

/** One node for each service, named after how many APIs it has; calls within a service disappear. */
export function servicesOnly(graph: ApiGraph): ApiGraph {
  const serviceOf = new Map(graph.apis.map((api) => [api.id, api.service]));
  const nodes = new Map<string, ApiNode & { members: number; total: number }>();
  for (const api of graph.apis) {
    const node = nodes.get(api.service) ?? {
      ...{ id: api.service, service: api.service, name: "", executions: 0, ownTime: 0, entry: false },
      ...{ members: 0, total: 0 },
    };
    node.members++;
    node.executions += api.executions;
    node.total += api.executions * api.ownTime;
    node.entry ||= api.entry;
    nodes.set(api.service, node);
  }
  for (const node of nodes.values()) {
    node.name = `${node.members} API${node.members === 1 ? "" : "s"}`;
    node.ownTime = node.executions > 0 ? node.total / node.executions : 0;
  }
  const links = new Map<string, ApiLink>();
  for (const link of graph.links) {
    const [caller, callee] = [serviceOf.get(link.caller)!, serviceOf.get(link.callee)!];
    if (caller === callee) continue;
    const key = JSON.stringify([caller, callee]);
    const sum = links.get(key) ?? { ...link, caller, callee, calls: 0, asynchronous: 0, operations: [] };
    const total = sum.calls + link.calls;
    if (total > 0) sum.asynchronous = (sum.asynchronous * sum.calls + link.asynchronous * link.calls) / total;
    sum.calls = total;
    links.set(key, sum);
  }
  return { services: graph.services, apis: [...nodes.values()], links: [...links.values()] };
}

/** Some APIs, with their services and the calls among them. */
export function keepApis(graph: ApiGraph, kept: ReadonlySet<string>): ApiGraph {
  const apis = graph.apis.filter((api) => kept.has(api.id));
  const services = new Set(apis.map((api) => api.service));
  return {
    services: graph.services.filter((service) => services.has(service.id)),
    apis,
    links: graph.links.filter((link) => kept.has(link.caller) && kept.has(link.callee)),
  };
}

/** The APIs of one service, with those that call them or are called by them. */
export function aroundService(graph: ApiGraph, service: string): ApiGraph {
  const own = new Set(graph.apis.filter((api) => api.service === service).map((api) => api.id));
  const kept = new Set(own);
  for (const { caller, callee } of graph.links) {
    if (own.has(caller)) kept.add(callee);
    if (own.has(callee)) kept.add(caller);
  }
  return keepApis(graph, kept);
}
