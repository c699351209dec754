import type { BenchRow } from "./benchRow.ts";
import { loopRows, runLoop } from "./loopRows.ts";

export const name = "The loop closed: OnlineBoutique of Nezha, exported, run and read back";

export async function run(): Promise<BenchRow[]> {
  return loopRows(await runLoop({ path: "nezha/rca_data-2022-08-22", duration: 140, offered: 0.5 }));
}
