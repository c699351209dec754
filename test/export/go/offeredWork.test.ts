import { describe, expect, it } from "vitest";
import { callWork, offeredWork } from "../../../lib/export/go/offeredWork.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";

/** One entry of own time 100 µs, which calls two of 200 and 300 µs on average. */
function topology() {
  const patterns = patternsTopology();
  const found = { ...patterns, workload: { ...patterns.workload, mix: [patterns.workload.mix[0]!] } };
  found.workload.mix[0]!.probability = 1;
  for (const [id, ownTime] of [
    ["store X", 200],
    ["store Y", 300],
  ] as const)
    found.apis.find((api) => api.id === id)!.simple.ownTime = ownTime;
  return found;
}

const calls = 3 * callWork;

describe("offeredWork", () => {
  it("is own time, and calls over the network with the entry's own", () => {
    expect(offeredWork(topology())).toBeCloseTo(600 + calls, 9);
    const local = topology();
    for (const edge of local.edges) edge.kind = "local";
    expect(offeredWork(local)).toBeCloseTo(600 + callWork, 9);
  });

  it("is made longer by a time scale, but for the calls", () => {
    expect(offeredWork(topology(), { scale: 10 })).toBeCloseTo(6000 + calls, 9);
  });

  it("leaves out what sleeps, by API and by an option for all", () => {
    const mixed = topology();
    mixed.apis.find(({ id }) => id === "store Y")!.work = [
      { kind: "sleep", share: 0.75 },
      { kind: "cpu", share: 0.25 },
    ];
    expect(offeredWork(mixed)).toBeCloseTo(300 + 75 + calls, 9);
    expect(offeredWork(mixed, { work: "sleep" })).toBeCloseTo(calls, 9);
    expect(offeredWork(mixed, { work: "memory" })).toBeCloseTo(600 + calls, 9);
  });
});
