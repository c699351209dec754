import { amount, list, object, optional, text } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { apisField, selectApis } from "../selectApis.ts";

export const setDimension = defineOperation({
  type: "setDimension",
  stage: 2,
  summary: "set how often executions draw each value of a dimension, whoever calls them",
  fields: {
    name: text("Name of the dimension."),
    api: optional({ ...apisField, optional: false }),
    values: list(
      object({ value: text("A value that the fit knows."), weight: amount("Its part, relative to the others'.") }, ""),
      "The values that are drawn; parts are scaled to sum to 1.",
    ),
  },
  apply({ topology }, { name, api, values }) {
    const dimensions = topology.exogenous.filter(({ kind }) => kind === "dimension");
    const node = dimensions.find(({ id }) => id === name);
    if (node?.values === undefined) {
      const ids = dimensions.map(({ id }) => id).join(", ") || "none";
      throw new Error(`there is no dimension ${JSON.stringify(name)} (there are ${ids})`);
    }
    const known = [...new Set(node.values.flatMap(({ to }) => to.map(({ value }) => value)))].sort((a, b) =>
      a.localeCompare(b, "en", { numeric: true }),
    );
    for (const [index, { value }] of values.entries()) {
      if (!known.includes(value)) throw new Error(`${JSON.stringify(value)} is not one of ${known.join(", ")}`);
      if (values.findIndex((each) => each.value === value) < index)
        throw new Error(`${JSON.stringify(value)} is there twice`);
    }
    const total = values.reduce((sum, { weight }) => sum + weight, 0);
    if (!(total > 0)) throw new Error("the weights sum to 0");
    const chosen = api === undefined ? undefined : new Set(selectApis(topology, api).map(({ id }) => id));
    const drawing = node.values.filter((row) => chosen === undefined || chosen.has(row.api));
    if (drawing.length === 0) throw new Error(`none of these APIs draws ${JSON.stringify(name)}`);
    const to = values
      .map(({ value, weight }) => ({ value, probability: weight / total }))
      .sort((a, b) => known.indexOf(a.value) - known.indexOf(b.value));
    node.values = node.values.flatMap((row) => {
      if (!drawing.includes(row)) return [row];
      return Object.keys(row.given).length > 0 ? [] : [{ ...row, to: structuredClone(to) }];
    });
  },
});
