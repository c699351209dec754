import { expect, it } from "vitest";
import { calibrationTopology } from "../../../lib/export/go/calibrationTopology.ts";
import { rootShifts } from "../../../lib/export/go/rootShifts.ts";

const samples = (durations: number[]) => {
  const apis = [{ service: "caller", name: "enter", durations: Float64Array.from(durations) }];
  return { apis, roots: apis };
};

it("sets predicted, drawn and measured medians of a root side by side", () => {
  // A caller and a callee that each work for 3 ms, and then for 2 ms.
  const topologies = { before: calibrationTopology(3000), after: calibrationTopology(2000) };
  const runs = {
    drawn: { before: samples([6000, 6000]), after: samples([4000, 4000]) },
    measured: { before: samples([6100, 6200, 7000]), after: samples([4100, 4200, 4300]) },
  };
  expect(rootShifts(topologies, runs, 1)).toEqual([
    {
      ...{ service: "caller", api: "enter", predicted: { before: 6000, after: 4000 } },
      ...{ drawn: { before: 6000, after: 4000 }, measured: { before: 6200, after: 4200 } },
    },
  ]);
});

it("leaves out roots that one side did not run", () => {
  const topologies = { before: calibrationTopology(), after: calibrationTopology() };
  const [ran, none] = [samples([1]), { apis: [], roots: [] }];
  const runs = { drawn: { before: ran, after: none }, measured: { before: ran, after: none } };
  expect(rootShifts(topologies, runs, 1)).toEqual([]);
});
