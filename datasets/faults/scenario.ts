/** What is wrong with a service for a while: its work takes so many times as long, or its answers come so much later. */
export interface InjectedFault {
  service: string;
  kind: "cpu_contention" | "network_delay";
  /** Seconds after the first entry call. */
  from: number;
  to: number;
  /** Factor of work, or µs of delay. */
  by: number;
}

/** A shop whose services have a few servers each and a queue in front of them. Times are µs. */
export const shop = {
  seed: 7,
  /** Entry calls a second, Poisson, and for how many seconds. */
  rate: 22,
  seconds: 70,
  /** Share of entry calls that look at a product; the others order. */
  looking: 0.6,
  /** Ways to a service and back together. */
  network: { mean: 900, sigma: 0.5 },
  services: {
    gateway: { servers: 16, mean: 2500, sigma: 0.4 },
    catalog: { servers: 2, mean: 42_000, sigma: 0.5 },
    stock: { servers: 3, mean: 26_000, sigma: 0.6 },
    price: { servers: 2, mean: 30_000, sigma: 0.5 },
  },
  faults: [
    { service: "catalog", kind: "cpu_contention", from: 20, to: 34, by: 2.4 },
    { service: "stock", kind: "network_delay", from: 48, to: 62, by: 80_000 },
  ] satisfies InjectedFault[] as InjectedFault[],
};

export type ShopService = keyof typeof shop.services;
