import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTopology } from "../../lib/topology/readTopology.ts";
import { figure1Topology } from "./figure1Topology.ts";

describe("readTopology", () => {
  it("reads JSON, with or without a byte order mark", () => {
    const text = JSON.stringify(figure1Topology());
    expect(readTopology(text)).toEqual(figure1Topology());
    expect(readTopology(`\uFEFF${text}`)).toEqual(figure1Topology());
  });

  it("refuses what is not JSON, and JSON that is no topology, in one line", () => {
    expect(() => readTopology("")).toThrow(/^topology: not JSON: /);
    expect(() => readTopology("[]")).toThrow("topology: [] is not an object");
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          readTopology(text);
        } catch (error) {
          return /^topology: [^\n]+$/.test((error as Error).message);
        }
        return false;
      }),
    );
  });

  it("refuses any value in any place with an error that names it, and never crashes", () => {
    const paths: (string | number)[][] = [];
    const collect = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const [key, each] of Object.entries(value))
        collect(each, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    collect(figure1Topology(), []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const topology = structuredClone(figure1Topology()) as unknown;
        let holder = topology as Record<string | number, unknown>;
        for (const key of path.slice(0, -1)) holder = holder[key] as typeof holder;
        holder[path.at(-1)!] = value;
        try {
          readTopology(JSON.stringify(topology));
        } catch (error) {
          expect((error as Error).message).toMatch(/^topology: [^\n]+$/);
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
