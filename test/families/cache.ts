import { Random } from "../../datasets/random.ts";
import type { Family } from "./family.ts";
import { type DrawnCall, traceLine } from "./traceWriter.ts";

interface CacheParameters {
  /** Keys that the cache holds, of 400; the one used longest ago goes. */
  size: number;
  /** Factor of the time that the store takes. */
  store: number;
}

const [traces, keys, warm] = [3000, 400, 3000];

/**
 * A cache of the keys used last in front of a store. Keys are as popular as Zipf has it, a popular key is both found more
 * often and larger, so that hits and misses ask for different work.
 */
export const cache: Family<CacheParameters> = {
  name: "cache whose hits depend on the key's popularity",
  healthy: { size: 60, store: 1 },
  changes: [
    {
      name: "the store twice as slow",
      truth: { size: 60, store: 2 },
      interventions: [{ type: "scaleOwnTime", api: { service: "store" }, factor: 2 }],
    },
    {
      name: "no cache",
      truth: { size: 0, store: 1 },
      interventions: [{ type: "setTransition", api: "front: GET /key", from: "start", to: "s1", probability: 1 }],
    },
    {
      name: "half of the misses answered by a second cache",
      truth: { size: 150, store: 1 },
      interventions: [{ type: "addCache", call: { callee: { service: "store" } }, hitRatio: 0.5 }],
    },
  ],
  draw({ size, store }, seed) {
    const random = new Random(seed);
    const shares: number[] = [];
    for (let key = 0; key < keys; key++) shares.push((shares[key - 1] ?? 0) + 1 / (key + 1));
    const held: number[] = [];
    const lines: string[] = [];
    let at = 0;
    for (let trace = -warm; trace < traces; trace++) {
      const drawn = random.uniform() * shares[keys - 1]!;
      const key = shares.findIndex((sum) => sum > drawn);
      const found = held.indexOf(key);
      if (found >= 0) held.splice(found, 1);
      held.unshift(key);
      held.length = Math.min(held.length, size);
      if (trace < 0) continue;
      at += random.exponential(20_000);
      const large = 1 + 3 * Math.exp(-key / 20);
      const own = random.lognormal(800 * large, 0.3);
      const calls: DrawnCall[] = [];
      let end = at + own;
      if (found < 0) {
        const took = random.lognormal(6000 * large, 0.5) * store;
        calls.push({ service: "store", api: "read", start: at + own / 2, end: at + own / 2 + took, calls: [] });
        end += took;
      }
      lines.push(traceLine({ service: "front", api: "GET /key", start: at, end, calls }, random));
    }
    return `${lines.join("\n")}\n`;
  },
};
