import { describe, expect, it } from "vitest";
import { rangeMakeup } from "../../cells/rangeMakeup.ts";
import { slowest } from "../../cells/slowest.ts";
import { openedDataset, readySet } from "../compare/openedDataset.ts";
import { naiveExecutions } from "./naiveExecutions.ts";

const recording = await openedDataset([readySet("recording")]);
const all = await naiveExecutions(recording);
const entry = { service: "gateway", name: "GET /home/{user}" };
const roots = all.filter(
  ({ parent, service, api }) => parent === null && service === entry.service && api === entry.name,
);
const range = slowest(roots.map(({ duration }) => duration))!;
const makeup = await rangeMakeup(recording, entry, range);
const inside = new Set(roots.filter(({ duration }) => duration >= range.from).map(({ trace }) => trace));
const others = new Set(roots.filter(({ trace }) => !inside.has(trace)).map(({ trace }) => trace));

describe("rangeMakeup", () => {
  it("counts the traces of the range and the others", () => {
    expect(makeup.traces).toEqual({ inside: inside.size, outside: others.size });
    expect(inside.size).toBeCloseTo(roots.length / 20, -1);
  });

  it("has the calls and the own time of each API, a trace, on both sides", () => {
    for (const { service, api, inside: calls, ownInside, ownOutside, difference } of makeup.apis) {
      const mine = all.filter((one) => one.service === service && one.api === api);
      const own = (traces: Set<string>) =>
        mine.filter(({ trace }) => traces.has(trace)).reduce((sum, one) => sum + one.own, 0) / traces.size;
      expect(calls).toBeCloseTo(mine.filter(({ trace }) => inside.has(trace)).length / inside.size, 9);
      expect(ownInside).toBeCloseTo(own(inside), 1);
      expect(ownOutside).toBeCloseTo(own(others), 1);
      expect(difference).toBeCloseTo(ownInside - ownOutside, 9);
    }
    const differences = makeup.apis.map(({ difference }) => Math.abs(difference));
    expect(differences).toEqual(differences.toSorted((a, b) => b - a));
  });

  it("splits an API's own time by path and by caller", () => {
    for (const parts of [makeup.paths, makeup.contexts]) {
      for (const { service, api, ownInside } of makeup.apis) {
        const sum = parts
          .filter((one) => one.service === service && one.api === api)
          .reduce((total, one) => total + one.ownInside, 0);
        expect(sum).toBeCloseTo(ownInside, 6);
      }
    }
    const root = makeup.contexts.find(({ api }) => api === entry.name)!;
    expect([root.caller, root.inside, root.outside]).toEqual([null, 1, 1]);
    const paths = makeup.paths.filter(({ api }) => api === entry.name).map(({ path }) => path);
    expect(paths.some((path) => /catalogue GET \/featured/.test(path))).toBe(true);
  });

  it("takes names of services and APIs as values, never as SQL", async () => {
    const { traces, apis } = await rangeMakeup(recording, { service: "'; DROP TABLE x; --", name: '"' }, range);
    expect([traces, apis]).toEqual([{ inside: 0, outside: 0 }, []]);
  });
});
