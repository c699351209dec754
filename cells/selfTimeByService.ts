import type { ApiLatency } from "./latencyByApi.ts";

/** The own time of one API's executions, all together, µs. */
export interface SelfTime {
  service: string;
  api: string;
  time: number;
  /** Of the own time of all executions. */
  share: number;
}

/** Own time by service, the service with the most first; within it the API with the most first. */
export function selfTimeByService(latencies: readonly ApiLatency[]): SelfTime[] {
  const services = new Map<string, number>();
  const total = latencies.reduce((sum, { own, executions }) => sum + own * executions, 0);
  const rows = latencies.map(({ service, api, own, executions }) => {
    const time = own * executions;
    services.set(service, (services.get(service) ?? 0) + time);
    return { service, api, time, share: total > 0 ? time / total : 0 };
  });
  const byName = (a: SelfTime, b: SelfTime) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0);
  return rows.sort((a, b) => services.get(b.service)! - services.get(a.service)! || byName(a, b) || b.time - a.time);
}
