import { checkObject, optional, shown, text } from "./fields.ts";
import type { Intervention } from "./operation.ts";
import { operations } from "./operations.ts";

/** interventions.json. */
export interface InterventionsFile {
  format: "palette-interventions";
  version: "1.0";
  /** Name of the topology that they were written for; any, where it is absent. */
  topology?: string;
  /** Fingerprint of that topology's graph. */
  graph?: string;
  interventions: Intervention[];
}

/**
 * Reads interventions.json. Throws one line that names the intervention, the field and the value, for text that is no
 * JSON, an unknown operation, an unknown field, or a value that cannot be.
 */
export function readInterventions(source: string): InterventionsFile {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Error(`interventions: no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null) throw new Error(`interventions: ${shown(value)} is not an object`);
  const file = value as InterventionsFile;
  if (file.format !== "palette-interventions") {
    throw new Error(`interventions: format: ${shown(file.format)} is not "palette-interventions"`);
  }
  if (file.version !== "1.0") throw new Error(`interventions: version: ${shown(file.version)} is not "1.0"`);
  if (file.topology !== undefined) text("").check(file.topology, "interventions: topology");
  if (file.graph !== undefined) text("").check(file.graph, "interventions: graph");
  if (!Array.isArray(file.interventions)) {
    throw new Error(`interventions: interventions: ${shown(file.interventions)} is not a list`);
  }
  for (const [index, each] of file.interventions.entries()) checkIntervention(each, `interventions[${index}]`);
  return file;
}

/** Checks one intervention against its operation's fields. Throws one line that names the place and the value. */
export function checkIntervention(value: unknown, place: string): Intervention {
  const type = (value as Intervention | null)?.type;
  const operation = typeof type === "string" ? operations.get(type) : undefined;
  if (operation === undefined) {
    throw new Error(`${place}: there is no operation ${shown(type)}; there are ${[...operations.keys()].join(", ")}`);
  }
  const fields = { type: text("Name of the operation."), note: optional(text("Why.")), ...operation.fields };
  return checkObject(fields, value, `${place}: ${type}`) as Intervention;
}
