import { expect, it } from "vitest";
import { conditionedApi } from "../../cells/conditionedApi.ts";
import { figure1Topology } from "../topology/figure1Topology.ts";

it("conditionedApi finds an API whose own time depends on the caller", () => {
  const { apis } = figure1Topology();
  expect(conditionedApi({ apis })).toBe("b B");
  const others = apis.filter(({ id }) => id !== "b B");
  expect(conditionedApi({ apis: others })).toBe(others[0]!.id);
  expect(conditionedApi({ apis: [] })).toBe(null);
});
