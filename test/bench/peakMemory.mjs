/** Preloaded into a process that is measured: leaves its peak memory, kB, and the CPU's time, µs, in the file PEAK_MEMORY. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(process.env.PEAK_MEMORY, `${maxRSS} ${userCPUTime + systemCPUTime}`);
});
