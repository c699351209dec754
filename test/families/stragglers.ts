import { Random } from "../../datasets/random.ts";
import type { Family } from "./family.ts";
import { traceLine } from "./traceWriter.ts";

interface FanOut {
  /** Shards asked at once. */
  shards: number;
  /** Share of moments in which a machine straggles, and with it every shard on it. */
  straggling: number;
  /** Factor of the shards' work. */
  work: number;
}

const traces = 3000;

/** A search that waits for the slowest of several shards, on two machines of which one now and then straggles for all. */
export const stragglers: Family<FanOut> = {
  name: "fan-out with stragglers",
  healthy: { shards: 8, straggling: 0.03, work: 1 },
  changes: [
    {
      name: "the shards' work × 0.5",
      truth: { shards: 8, straggling: 0.03, work: 0.5 },
      interventions: [{ type: "scaleOwnTime", api: { service: "shard" }, factor: 0.5 }],
    },
    {
      name: "4 shards instead of 8",
      truth: { shards: 4, straggling: 0.03, work: 1 },
      interventions: [{ type: "setConcurrentCalls", call: { callee: { service: "shard" } }, count: 4 }],
    },
    {
      name: "16 shards instead of 8",
      truth: { shards: 16, straggling: 0.03, work: 1 },
      interventions: [{ type: "setConcurrentCalls", call: { callee: { service: "shard" } }, count: 16 }],
    },
  ],
  draw({ shards, straggling, work }, seed) {
    const random = new Random(seed);
    const lines: string[] = [];
    let at = 0;
    for (let trace = 0; trace < traces; trace++) {
      at += random.exponential(200_000);
      const own = random.lognormal(1500, 0.3);
      const slow = [0, 1].map(() => (random.uniform() < straggling ? 12 : 1));
      const start = at + own / 2;
      const calls = Array.from({ length: shards }, (_, shard) => ({
        ...{ service: "shard", api: "query", start: start + shard, calls: [] },
        end: start + shard + random.lognormal(5000, 0.6) * work * slow[shard % 2]!,
      }));
      const end = Math.max(...calls.map((call) => call.end)) + own / 2;
      lines.push(traceLine({ service: "search", api: "GET /search", start: at, end, calls }, random));
    }
    return `${lines.join("\n")}\n`;
  },
};
