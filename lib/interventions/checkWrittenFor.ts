import type { Topology } from "../topology/topology.ts";
import { shown } from "./fields.ts";
import { fingerprint } from "./fingerprint.ts";
import type { InterventionsFile } from "./readInterventions.ts";

/**
 * Refuses, in one line, a file of interventions that was written for another topology: one with another graph, where the
 * file says which; else one of another name.
 */
export function checkWrittenFor(topology: Topology, file: InterventionsFile): void {
  const { graph, topology: name } = file;
  const same = graph === undefined ? name === undefined || name === topology.name : graph === fingerprint(topology);
  if (same) return;
  const other = name === undefined ? "another topology" : `the topology ${shown(name)}`;
  const why = graph === undefined ? "" : ": their services, APIs or calls differ";
  throw new Error(`interventions: written for ${other}, not for this ${shown(topology.name)}${why}`);
}
