import { fileURLToPath } from "node:url";

/** The JavaScript of a thread that simulates (lib/simulate/simulateThread.ts), bundled as it is asked for. */
export async function threadSource(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../lib/simulate/simulateThread.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
  });
  return outputFiles[0]!.text;
}
