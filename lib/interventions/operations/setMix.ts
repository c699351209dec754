import { amount, list, object } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const setMix = defineOperation({
  type: "setMix",
  stage: 2,
  summary: "set how entry calls are shared among APIs",
  fields: {
    mix: list(
      object({ api: apisField, weight: amount("Its part, relative to the others'.") }, "An entry API and its part."),
      "Every entry API; parts are scaled to sum to 1.",
    ),
  },
  apply({ topology }, { mix }) {
    const weights = new Map<string, number>();
    for (const { api, weight } of mix) for (const { id } of selectApis(topology, api)) weights.set(id, weight);
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) throw new Error("the weights sum to 0");
    const seen = new Map(topology.workload.mix.map(({ api, executions }) => [api, executions]));
    topology.workload.mix = [...weights]
      .filter(([, weight]) => weight > 0)
      .map(([api, weight]) => ({ api, probability: weight / total, executions: seen.get(api) ?? 0 }));
  },
});
