import type { Topology } from "../topology/topology.ts";
import { applyInterventions } from "./applyInterventions.ts";
import { contributions } from "./contributions.ts";
import type { Intervention } from "./operation.ts";

/** What a search may turn: a number of an intervention. */
export interface Knob {
  /** The intervention without the number. */
  intervention: Intervention;
  /** Name of the number. */
  field: string;
  /** The value that leaves everything as it is. */
  from: number;
  /** As far as it may go. */
  to: number;
}

/** Steps of a knob from one end to the other. */
export const knobSteps = 16;

/** Own times of the APIs that move a root's p99 most as knobs, each down to a share of what it is. */
export function ownTimeKnobs(topology: Topology, root: string, most = 4, least = 0.25): Knob[] {
  return contributions(topology, root, { traces: 5000 })
    .slice(0, most)
    .map(({ api }) => ({ intervention: { type: "scaleOwnTime", api }, field: "factor", from: 1, to: least }));
}

/** The intervention that a knob makes so many steps on, none where it is not turned. */
export function turnedTo({ intervention, field, from, to }: Knob, step: number): Intervention[] {
  if (step === 0) return [];
  return [{ ...intervention, [field]: Number((from + ((to - from) * step) / knobSteps).toPrecision(6)) }];
}

/** Throws one line that names the place, for a knob that cannot be turned, or not as far as it may go. */
export function checkKnob(topology: Topology, knob: Knob, place: string): void {
  const { intervention, field, from, to } = knob;
  if (typeof intervention?.type !== "string") throw new Error(`${place}: intervention: it names no operation`);
  if (typeof field !== "string") throw new Error(`${place}: field: ${JSON.stringify(field)} is not a text`);
  for (const [name, value] of Object.entries({ from, to }))
    if (!Number.isFinite(value)) throw new Error(`${place}: ${name}: ${value} is not a finite number`);
  try {
    applyInterventions(topology, turnedTo(knob, knobSteps));
  } catch (error) {
    const message = (error as Error).message.replace(/^interventions\[0\]: /, "");
    throw new Error(`${place}: turned to ${to}: ${message}`, { cause: error });
  }
}
