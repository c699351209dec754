import { describe, expect, it } from "vitest";
import { callersAndCallees, type Neighbour } from "../../cells/callersAndCallees.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions, naiveQuantile } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);
const bySpan = new Map(all.map((one) => [one.span, one]));
const apis = [...new Map(all.map((one) => [`${one.service}: ${one.api}`, one])).values()];
const nameOf = ({ service, api }: { service: string; api: string }) => `${service}: ${api}`;

describe("callersAndCallees", () => {
  it("agrees with a count over the calls of every API, the most calls first", async () => {
    for (const one of apis) {
      const { callers, callees } = await callersAndCallees(recording, { service: one.service, name: one.api });
      const calls = all.flatMap((call) => (call.parent === null ? [] : [{ call, caller: bySpan.get(call.parent)! }]));
      const inward = calls.filter(({ call }) => nameOf(call) === nameOf(one));
      const outward = calls.filter(({ caller }) => nameOf(caller) === nameOf(one));
      expectNeighbours(
        callers,
        inward.map(({ call, caller }) => ({ ...call, neighbour: nameOf(caller) })),
      );
      expectNeighbours(
        callees,
        outward.map(({ call }) => ({ ...call, neighbour: nameOf(call) })),
      );
    }
  });

  it("has none for an API that is not there, whatever its name", async () => {
    const hostile = { service: "x' OR 1=1 --", name: '"; DROP TABLE executions' };
    expect(await callersAndCallees(recording, hostile)).toEqual({ callers: [], callees: [] });
  });
});

interface Call {
  neighbour: string;
  waited: number;
  asynchronous: boolean;
}

function expectNeighbours(found: Neighbour[], calls: Call[]): void {
  expect(new Set(found.map(nameOf))).toEqual(new Set(calls.map(({ neighbour }) => neighbour)));
  expect(found.map(({ calls }) => calls)).toEqual(found.map(({ calls }) => calls).toSorted((a, b) => b - a));
  for (const neighbour of found) {
    const own = calls.filter((call) => call.neighbour === nameOf(neighbour));
    expect(neighbour.calls).toBe(own.length);
    expect(neighbour.asynchronous).toBeCloseTo(own.filter(({ asynchronous }) => asynchronous).length / own.length, 12);
    const waited = own.map((call) => call.waited);
    expect(neighbour.p50).toBeCloseTo(naiveQuantile(waited, 0.5), 6);
    expect(neighbour.p95).toBeCloseTo(naiveQuantile(waited, 0.95), 6);
  }
}
