import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, it } from "vitest";
import { interventionsSchema } from "../../lib/interventions/interventionsSchema.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";

const published = new URL("../../lib/interventions/interventions.schema.json", import.meta.url);
const file = (...interventions: object[]) => ({ format: "palette-interventions", version: "1.0", interventions });

it("is published as it is", () => {
  expect(JSON.parse(readFileSync(published, "utf8"))).toEqual(JSON.parse(JSON.stringify(interventionsSchema())));
});

it("takes and refuses what the reader takes and refuses", () => {
  const valid = new Ajv2020({ strict: false }).compile(interventionsSchema());
  const files = [
    file({ type: "scaleOwnTime", api: { service: "a*" }, factor: 2, note: "why" }),
    file({ type: "scaleOwnTime", api: ["a", "b"], factor: -2 }),
    file({ type: "setRepeats", api: "a", state: "s", repeats: [{ count: 1, probability: 1 }] }),
    file({ type: "setRepeats", api: "a", state: "s", repeats: 0 }),
    file({ type: "setInstantiation", service: "a", retries: { max: 2 } }),
    file({ type: "setInstantiation", service: "a", retries: {} }),
    file({ type: "unknown" }),
    { ...file(), version: "2.0" },
  ];
  const reads = (value: object) => {
    try {
      readInterventions(JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };
  expect(files.map((value) => valid(value))).toEqual([true, false, true, false, true, false, false, false]);
  expect(files.map(reads)).toEqual(files.map((value) => valid(value)));
});
