/** Preloaded into a process that is measured: leaves its peak memory, in kB, in the file that PEAK_MEMORY names. */
import { writeFileSync } from "node:fs";

process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS)));
