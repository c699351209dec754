import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Topology } from "../lib/topology/topology.ts";

const schema = JSON.parse(readFileSync(new URL("../lib/topology/topology.schema.json", import.meta.url), "utf8"));
const matches = new Ajv2020({ allErrors: true }).compile(schema);

/** What is wrong with a topology as it was written: by the published schema, and with sums of probabilities. */
export function topologyFaults(text: string): string[] {
  const topology = JSON.parse(text) as Topology;
  const faults = matches(topology)
    ? []
    : matches.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
  const one = (place: string, rows: readonly { probability: number }[]) => {
    const sum = rows.reduce((total, { probability }) => total + probability, 0);
    if (Math.abs(sum - 1) > 1e-9) faults.push(`${place}: probabilities sum to ${sum}`);
  };
  for (const { id, pfa } of topology.apis) {
    for (const { from, given, to } of pfa.transitions) one(`${id}, from ${from} given ${JSON.stringify(given)}`, to);
    for (const state of pfa.states) {
      if (state.repeat) one(`${id}, repeats of ${state.id}`, state.repeat);
      for (const { edge, count } of state.calls) if (count) one(`${id}, ${state.id}, count of ${edge}`, count);
    }
  }
  one("workload", topology.workload.mix);
  return faults;
}
