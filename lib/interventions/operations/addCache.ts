import type { CountProbability, PfaCall } from "../../topology/topology.ts";
import { optional, share, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { callsField, selectCallSites } from "../selectCalls.ts";

export const addCache = defineOperation({
  type: "addCache",
  stage: 2,
  summary: "answer a share of calls from a cache at the caller, so that they are not made",
  fields: {
    call: callsField,
    state: optional(text("Only in the state of this id.")),
    hitRatio: share("Share of the calls that the cache answers."),
  },
  apply({ topology, say }, { call, state, hitRatio }) {
    for (const site of selectCallSites(topology, call, state)) thin(site.call, 1 - hitRatio);
    say("hits are independent of each other and cost no time; shift the caller's own time to charge for look-ups");
  },
});

/** Each of a state's calls is made with a probability, independently of the others. */
function thin(call: PfaCall, kept: number): void {
  if (call.count === undefined) {
    call.probability *= kept;
    return;
  }
  const thinned = new Map<number, number>();
  for (const { count, probability } of call.count) {
    let term = (1 - kept) ** count;
    for (let made = 0; made <= count; made++) {
      thinned.set(made, (thinned.get(made) ?? 0) + probability * term);
      term = kept === 1 ? (made + 1 === count ? 1 : 0) : (term * (count - made) * kept) / ((made + 1) * (1 - kept));
    }
  }
  const none = thinned.get(0)!;
  call.probability *= 1 - none;
  const some: CountProbability[] = [...thinned]
    .filter(([made, probability]) => made > 0 && probability > 0)
    .map(([count, probability]) => ({ count, probability: probability / (1 - none) }));
  if (some.length > 0) call.count = some;
}
