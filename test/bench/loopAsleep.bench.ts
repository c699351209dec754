import type { BenchRow } from "./benchRow.ts";
import { loopRows, runLoop } from "./loopRows.ts";

export const name =
  "The loop closed: OnlineBoutique of Nezha, with own time asleep, so that the cores bear many more calls";

export async function run(): Promise<BenchRow[]> {
  const options = { work: "sleep" } as const;
  return loopRows(await runLoop({ path: "nezha/rca_data-2022-08-22", duration: 100, offered: 0.08, options }));
}
