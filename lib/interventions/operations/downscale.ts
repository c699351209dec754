import { ks } from "../../compare/ks.ts";
import { compile } from "../../simulate/compile.ts";
import { simulate } from "../../simulate/simulate.ts";
import type { Topology } from "../../topology/topology.ts";
import { optional, whole } from "../fields.ts";
import { foldCalls } from "../foldCalls.ts";
import { type FoldedStage, foldedStages, isTold } from "../foldedStages.ts";
import { keepApis } from "../keepApis.ts";
import { defineOperation } from "../operation.ts";
import { reachedApis } from "../pruneTopology.ts";
import { reachedFrom } from "../reachedFrom.ts";

/** A root's KS from the full topology that is worth a warning. */
const wanted = 0.05;

export const downscale = defineOperation({
  type: "downscale",
  stage: 2,
  summary:
    "keep what contributes most within a budget; what is removed becomes part of its callers' own time, with its distribution and dependence",
  fields: {
    apis: optional(whole(1, "How many APIs are kept at most.")),
    services: optional(whole(1, "How many services are kept at most.")),
    processes: optional(whole(1, "How many processes are kept at most; a service that names none is one of its own.")),
    traces: optional(whole(100, "Traces simulated for each entry API; 4000 unless told.")),
    seed: optional(whole(0, "Seed of the simulation; 1 unless told.")),
  },
  apply({ topology, say }, { traces = 4000, seed = 1, ...budget }) {
    if (Object.keys(budget).length === 0) throw new Error("no budget: give apis, services or processes");
    const reached = reachedApis(topology);
    const kept = keepApis(topology, budget, seed);
    if (kept.size === reached.size) throw new Error(`the ${reached.size} APIs are within the budget already`);
    // A stand-in is an API too: a budget of APIs may have no room for it.
    const room = (budget.apis ?? Number.POSITIVE_INFINITY) - kept.size;
    const [stages, partly] = foldedInPart(topology, kept, room);
    const full = structuredClone(topology);
    foldCalls(topology, kept, stages, { traces, seed });
    say(`${kept.size} of ${reached.size} APIs are kept; what callers waited for the others is own time of theirs`);
    for (const { api, state, beside } of stages)
      say(
        `what ${api} no longer calls in ${state} runs beside ${beside.join(", ")}, as a local API of its own service`,
      );
    for (const { api } of full.workload.mix) {
      const before = latencies(full, api, traces, seed + 1);
      const after = latencies(topology, api, traces, seed + 2);
      const chance = 1.36 * Math.sqrt(2 / traces);
      const distance = ks(before.sorted, after.sorted);
      say(
        `${api}: KS ${shown(distance)} from the full topology (chance alone: up to ${shown(chance)}), ${shown(after.executions)} executions a trace, not ${shown(before.executions)}`,
      );
      if (distance > Math.max(chance, wanted))
        say(`warning: ${api} is further off than KS ${wanted}${reasonFor(full, api, partly)}`);
    }
  },
});

/** The stages that are folded in part: those that get a stand-in, which executions must tell, and the rest. */
function foldedInPart(topology: Topology, kept: ReadonlySet<string>, room: number): [FoldedStage[], FoldedStage[]] {
  const all = foldedStages(topology, kept);
  const standIns = new Set(all.filter((stage) => isTold(topology, stage)).slice(0, room));
  return [[...standIns], all.filter((stage) => !standIns.has(stage))];
}

/** Why a root may be off: the stages below it that are folded in part, without a stand-in. */
function reasonFor(topology: Topology, root: string, partly: readonly FoldedStage[]): string {
  const below = reachedFrom(topology, root);
  const texts = partly
    .filter(({ api }) => below.has(api))
    .map(({ api, state, beside }) => `${state} of ${api}, where ${beside.join(", ")} stay`);
  if (texts.length === 0) return "";
  return `: calls that ran at once are folded in part in ${texts.slice(0, 3).join("; ")}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Latencies of one entry API, µs and ascending, and how many executions a trace has. */
function latencies(topology: Topology, api: string, traces: number, seed: number) {
  const mix = topology.workload.mix.filter((entry) => entry.api === api).map((each) => ({ ...each, probability: 1 }));
  const { length, parent, duration } = simulate(compile({ ...topology, workload: { ...topology.workload, mix } }), {
    traces,
    seed,
  });
  const sorted = duration.subarray(0, length).filter((_, row) => parent[row]! < 0);
  return { sorted: sorted.sort(), executions: length / traces };
}
