import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a process took. */
export interface ProcessCost {
  /** From its start to its end. */
  seconds: number;
  /** Time of all cores together, s. */
  cpu: number;
  /** Largest resident memory. */
  megabytes: number;
}

const peakMemory = new URL("peakMemory.mjs", import.meta.url).href;

/** Runs a script with Node in a process of its own and measures it; throws where it fails. */
export async function measureProcess(script: URL, args: readonly string[]): Promise<ProcessCost> {
  const folder = await mkdtemp(join(tmpdir(), "palette-bench-"));
  const peak = join(folder, "peak");
  try {
    const started = performance.now();
    const child = spawn(process.execPath, ["--import", peakMemory, fileURLToPath(script), ...args], {
      cwd: folder,
      env: { ...process.env, PEAK_MEMORY: peak },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code] = (await once(child, "exit")) as [number | null];
    const seconds = (performance.now() - started) / 1000;
    if (code !== 0) throw new Error(`${script.pathname} ended with exit code ${code}`);
    const [kilobytes, micros] = (await readFile(peak, "utf8")).split(" ").map(Number) as [number, number];
    return { seconds, cpu: micros / 1e6, megabytes: kilobytes / 1024 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
