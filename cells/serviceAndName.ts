import type { Topology } from "../lib/topology/topology.ts";

/** The names of an API and of its service; throws one line where the topology has no API of this id. */
export function serviceAndName(
  { services, apis }: Pick<Topology, "services" | "apis">,
  id: string,
): { service: string; name: string } {
  const api = apis.find((one) => one.id === id);
  if (!api) throw new Error(`the topology has no API ${JSON.stringify(id)}`);
  return { service: services.find((one) => one.id === api.service)?.name ?? api.service, name: api.name };
}
