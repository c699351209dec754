import { sha256Of } from "../export/sha256Of.ts";
import type { Topology } from "../topology/topology.ts";

/**
 * 16 hexadecimal digits that tell graphs apart: equal for the same services, APIs and calls by name, whatever their order,
 * ids, probabilities and times (the beginning of a SHA-256).
 */
export function fingerprint({ services, apis, edges }: Topology): string {
  const serviceName = new Map(services.map(({ id, name }) => [id, name]));
  const apiName = new Map(apis.map(({ id, service, name }) => [id, [serviceName.get(service), name]]));
  const parts = [
    ...services.map(({ name }) => ["service", name]),
    ...apis.map(({ id }) => ["api", apiName.get(id)]),
    ...edges.map(({ caller, callee, operation }) => ["call", apiName.get(caller), apiName.get(callee), operation]),
  ];
  const text = parts
    .map((part) => JSON.stringify(part))
    .sort()
    .join("\n");
  return sha256Of(text).slice(0, 16);
}
