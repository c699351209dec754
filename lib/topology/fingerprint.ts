import type { Topology } from "./topology.ts";

/**
 * 16 hexadecimal digits that tell graphs apart: equal for the same services, APIs and calls by name, whatever their order,
 * ids, probabilities and times (FNV-1a, two lanes of 32 bits).
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
  let [low, high] = [0x811c9dc5, 0x01234567];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) + low;
  }
  return [high, low].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
}
