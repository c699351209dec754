/** The distances between the shapes of two sets of traces (see StructureDistance), and what people call them. */
export const shapeMeasures = [
  ["spans", "spans a trace"],
  ["depth", "depth"],
  ["width", "width"],
  ["fanOut", "fan-out"],
  ["graphs", "call graphs (total variation)"],
] as const;
