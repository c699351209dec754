import { applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { BenchRow } from "./benchRow.ts";
import { loopRows, runLoop } from "./loopRows.ts";

export const name = "The loop closed: hotel of TraceWeaver, exported, run and read back, and under an intervention";

/** An API that every trace waits for. */
const halved = "rate: /rate.Rate/GetRates";

export async function run(): Promise<BenchRow[]> {
  const loop = await runLoop({
    ...{ path: "traceweaver/hotel-load25.json.gz", duration: 60, offered: 0.4 },
    tune: (topology) => applyInterventions(topology, [{ type: "scaleOwnTime", api: halved, factor: 0.5 }]).topology,
  });
  const moved = ({ before, after }: { before: number; after: number }) => (after - before) / 1000;
  const shifts = (loop.shifts ?? []).flatMap(({ api, predicted, drawn, measured }): BenchRow[] => [
    {
      ...{ measure: `median of ${api}, shift with the own time of ${halved} halved`, unit: "ms" },
      ...{ ours: moved(measured), peer: { name: "predicted", value: moved(predicted) } },
    },
    {
      ...{ measure: "the same, measured beside what the calls drew", unit: "ms" },
      ...{ ours: moved(measured), peer: { name: "drawn", value: moved(drawn) } },
    },
  ]);
  return [...loopRows(loop), ...shifts];
}
