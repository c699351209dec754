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
  const shifts = (loop.shifts ?? []).map(({ api, predicted, measured }) => ({
    ...{ measure: `median of ${api}, shift with the own time of ${halved} halved`, unit: "ms" },
    ours: (measured.after - measured.before) / 1000,
    peer: { name: "predicted", value: (predicted.after - predicted.before) / 1000 },
  }));
  return [...loopRows(loop), ...shifts];
}
