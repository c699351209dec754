import type { BenchRow } from "./benchRow.ts";
import { loopRows, runLoop } from "./loopRows.ts";

export const name = "The loop closed: media of TraceWeaver, exported, run and read back, with corrections and without";

const system = { path: "traceweaver/media-load25.json.gz", offered: 0.3 };

export async function run(): Promise<BenchRow[]> {
  const loop = await runLoop({ ...system, duration: 80 });
  const without = await runLoop({ ...system, duration: 30, options: { corrections: "off" } });
  const distance = ({ drawn }: typeof loop) => drawn.pooled.root.running ?? Number.NaN;
  return [
    ...loopRows(loop),
    {
      ...{ measure: "root, from what its calls drew, without corrections", unit: "KS", ours: distance(without) },
      peer: { name: "with corrections", value: distance(loop) },
    },
  ];
}
