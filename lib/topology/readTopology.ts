import type { Topology } from "./topology.ts";
import { validateTopology } from "./validateTopology.ts";

/**
 * Parses and checks the text of a topology.json; unknown fields survive. Throws an Error of one line naming the place.
 */
export function readTopology(text: string): Topology {
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch (error) {
    const reason = (error as Error).message.replace(/\s+/g, " ").slice(0, 120);
    throw new Error(`topology: not JSON: ${reason}`);
  }
  validateTopology(value);
  return value;
}
