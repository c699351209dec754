import type { Intervention } from "../../lib/interventions/operation.ts";

/** A system that is no model of Palette's, and what can be changed in it: simulated event by event or draw by draw. */
export interface Family<Parameters = unknown> {
  name: string;
  healthy: Parameters;
  changes: {
    name: string;
    /** The system with the change in it. */
    truth: Parameters;
    /** The same change as interventions on what was fitted to the healthy system. */
    interventions: Intervention[];
  }[];
  /** Its traces as OTLP JSON lines; the same seed gives the same text. */
  draw(parameters: Parameters, seed: number): string;
}
