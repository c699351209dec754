import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTopology } from "../../lib/topology/readTopology.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { syntheticTopology } from "../simulate/syntheticTopology.ts";
import { figure1Topology } from "./figure1Topology.ts";
import { patternsTopology } from "./patternsTopology.ts";

const schema = JSON.parse(readFileSync(new URL("../../lib/topology/topology.schema.json", import.meta.url), "utf8"));
const matchesSchema = new Ajv2020({ allErrors: true }).compile(schema);

const topologies = fc
  .record({ apis: fc.integer({ min: 1, max: 12 }), stages: fc.integer({ min: 1, max: 3 }), seed: fc.nat() })
  .map(syntheticTopology);

/** Adds a field to every object of a value that a topology knows. */
function addFields(topology: Topology, name: string, value: unknown): Topology {
  const targets: object[] = [
    topology,
    topology.services[0]!,
    topology.apis[0]!,
    topology.apis[0]!.pfa,
    topology.apis[0]!.pfa.states[0]!,
    topology.apis[0]!.pfa.transitions[0]!,
    topology.apis[0]!.gcm.nodes[0]!,
    topology.workload,
    topology.provenance,
  ];
  for (const target of targets) Object.defineProperty(target, name, { value, enumerable: true, configurable: true });
  return topology;
}

function expectClose(found: unknown, wanted: unknown, digits: number): void {
  if (typeof wanted === "number")
    expect(Math.abs((found as number) - wanted)).toBeLessThanOrEqual(Math.abs(wanted) * digits);
  else if (typeof wanted !== "object" || wanted === null) expect(found).toBe(wanted);
  else {
    expect(Object.keys(found as object).sort()).toEqual(Object.keys(wanted).sort());
    for (const [key, value] of Object.entries(wanted))
      expectClose((found as Record<string, unknown>)[key], value, digits);
  }
}

describe("writeTopology", () => {
  it("is read back as it was, but for the digits of measured quantities", () => {
    fc.assert(
      fc.property(topologies, (topology) => {
        const text = writeTopology(topology);
        const read = readTopology(text);
        expectClose(read, topology, 1e-5);
        expect(writeTopology(read)).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps unknown fields, whatever they hold", () => {
    const known = new Set(JSON.stringify(figure1Topology()).match(/[\w]+/g));
    fc.assert(
      fc.property(
        fc
          .string({ unit: "grapheme" })
          .filter(
            (name) =>
              !known.has(name) && name !== "operation" && name !== "resolution" && name !== "repeat" && name !== "edge",
          ),
        fc.jsonValue(),
        (name, value) => {
          const plain = JSON.parse(JSON.stringify(value));
          const read = readTopology(writeTopology(addFields(figure1Topology(), name, plain)));
          for (const holder of [read, read.apis[0]!.pfa.transitions[0]!, read.provenance]) {
            expect(Object.getOwnPropertyDescriptor(holder, name)?.value).toEqual(plain);
          }
        },
      ),
    );
  });

  it("does not depend on the order of known keys", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, each]) => [key, reversed(each)]),
      );
    };
    const topology = patternsTopology();
    expect(writeTopology(reversed(topology) as Topology)).toBe(writeTopology(topology));
  });

  it("gives each state, transition, table and edge a line of its own", () => {
    const lines = writeTopology(figure1Topology()).split("\n");
    expect(lines).toContain(
      '            {"from": "s1", "given": {}, "visits": 1000, "to": [{"state": "finish", "probability": 1}]}'.slice(2),
    );
    expect(lines.filter((line) => line.includes('"values": ['))).toHaveLength(7);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(160);
  });

  it("prints probabilities that still sum to 1 after the round trip", () => {
    const topology = figure1Topology();
    const { transitions, states } = topology.apis[0]!.pfa;
    const ways = Array.from({ length: 997 }, (_, index) => `way ${index}`);
    for (const id of ways) {
      states.splice(1, 0, { id, calls: [], gap: 0, order: "certain" });
      transitions.push({ from: id, given: {}, visits: 1, to: [{ state: "s1", probability: 1 }] });
    }
    transitions[0]!.to = ways.map((state) => ({ state, probability: 1 / 997 }));
    expect(() => readTopology(writeTopology(topology))).not.toThrow();
  });

  it("refuses to write what could not be read", () => {
    const topology = figure1Topology();
    topology.workload.rate = Number.POSITIVE_INFINITY;
    expect(() => writeTopology(topology)).toThrow(
      "topology: workload.rate: Infinity is not a finite number of at least 0",
    );
  });
});

describe("topology.schema.json", () => {
  it("accepts what is written", () => {
    const texts = [figure1Topology(), patternsTopology(), ...fc.sample(topologies, { numRuns: 5, seed: 1 })].map(
      writeTopology,
    );
    for (const text of texts) {
      matchesSchema(JSON.parse(text));
      expect(matchesSchema.errors).toBeNull();
    }
  });

  it("allows further fields, and refuses missing and mistyped ones", () => {
    const withField = addFields(figure1Topology(), "further", [1]);
    expect(matchesSchema(JSON.parse(JSON.stringify(withField)))).toBe(true);
    const { workload: _, ...without } = figure1Topology();
    expect(matchesSchema(without)).toBe(false);
    const negative = figure1Topology();
    negative.apis[1]!.gcm.nodes[3]!.tables![0]!.values[0] = -1;
    expect(matchesSchema(negative)).toBe(false);
  });
});
