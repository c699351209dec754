import { objectSchema, optional, text } from "./fields.ts";
import { operations } from "./operations.ts";

/**
 * The JSON Schema (2020-12) of interventions.json, made of the fields of the operations; `interventions.schema.json`
 * beside this file is its published form.
 */
export function interventionsSchema(): Record<string, unknown> {
  const defs = Object.fromEntries(
    [...operations.values()].map(({ type, stage, summary, fields }) => {
      const schema = objectSchema({ type: text("Name of the operation."), note: optional(text("Why.")), ...fields });
      const properties = { ...(schema.properties as object), type: { const: type } };
      return [type, { description: `Stage ${stage}: ${summary}.`, ...schema, properties }];
    }),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://palette-workbench.invalid/interventions-1.schema.json",
    title: "Palette interventions, version 1",
    description: "Changes of a topology, applied in order. Times are µs, sizes bytes, shares and probabilities 0 to 1.",
    type: "object",
    required: ["format", "version", "interventions"],
    properties: {
      format: { const: "palette-interventions" },
      version: { const: "1.0" },
      topology: { type: "string", minLength: 1, description: "Name of the topology that they were written for." },
      graph: { type: "string", minLength: 1, description: "Fingerprint of that topology's services, APIs and calls." },
      interventions: {
        type: "array",
        items: { oneOf: Object.keys(defs).map((type) => ({ $ref: `#/$defs/${type}` })) },
      },
    },
    $defs: defs,
  };
}
