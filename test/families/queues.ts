import { makeFaults } from "../../datasets/faults/make.ts";
import type { InjectedFault } from "../../datasets/faults/scenario.ts";
import type { Family } from "./family.ts";

const always = { from: 0, to: Number.POSITIVE_INFINITY };

/** Services with finite servers and a queue in front of each: how long one waits depends on all others. */
export const queues: Family<InjectedFault[]> = {
  name: "finite servers with queues",
  healthy: [],
  changes: [
    {
      name: "the price's work × 0.5",
      truth: [{ service: "price", kind: "cpu_contention", ...always, by: 0.5 }],
      interventions: [{ type: "scaleOwnTime", api: { service: "price" }, factor: 0.5 }],
    },
    {
      name: "answers of the stock 40 ms later",
      truth: [{ service: "stock", kind: "network_delay", ...always, by: 40_000 }],
      interventions: [{ type: "shiftNetwork", call: { callee: { service: "stock" } }, by: 40_000 }],
    },
    {
      name: "the catalog's work × 1.5",
      truth: [{ service: "catalog", kind: "cpu_contention", ...always, by: 1.5 }],
      interventions: [{ type: "scaleOwnTime", api: { service: "catalog" }, factor: 1.5 }],
    },
    {
      name: "the catalog's work × 2.6, near its capacity",
      truth: [{ service: "catalog", kind: "cpu_contention", ...always, by: 2.6 }],
      interventions: [{ type: "scaleOwnTime", api: { service: "catalog" }, factor: 2.6 }],
    },
  ],
  draw: (faults, seed) => makeFaults(seed, faults),
};
