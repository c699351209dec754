import type { ApiGraph, ApiLink } from "../../cells/apiGraph.ts";

/**
 * A call graph as large systems have them: services in five tiers, APIs called by one to three APIs of the tier above or
 * of their own service, without cycles. The same for the same numbers.
 */
export function layeredGraph(apis: number, services: number): ApiGraph {
  let state = 7;
  const random = (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const tierOf = (service: number) => Math.floor((service * 5) / services);
  const serviceOf = Array.from({ length: apis }, (_, api) => api % services);
  const byTier = Array.from({ length: 5 }, (_, tier) =>
    serviceOf.flatMap((service, api) => (tierOf(service) === tier ? [api] : [])),
  );
  const links: ApiLink[] = [];
  for (let api = 0; api < apis; api++) {
    const above = byTier[tierOf(serviceOf[api]!) - 1] ?? [];
    const callers = new Set(
      Array.from({ length: Math.min(above.length, 1 + random(2)) }, () => above[random(above.length)]!),
    );
    for (const caller of callers) {
      links.push({
        ...{ caller: `api${caller}`, callee: `api${api}`, kind: "remote", calls: 1 + random(10_000) },
        ...{ asynchronous: random(10) === 0 ? 1 : 0, operations: [] },
      });
    }
  }
  return {
    services: Array.from({ length: services }, (_, i) => ({ id: `service${i}`, name: `service ${i}` })),
    apis: serviceOf.map((service, i) => ({
      ...{ id: `api${i}`, service: `service${service}`, name: `GET /resource/${i}`, executions: 1 + random(100_000) },
      ...{ ownTime: 10 + random(10_000), entry: tierOf(service) === 0 },
    })),
    links,
  };
}
