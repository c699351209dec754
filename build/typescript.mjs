import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";
import { transform } from "esbuild";

/**
 * Lets Node run the project's TypeScript as it stands: `node --import ./build/typescript.mjs datasets/figure1/make.ts`.
 * Every module is transpiled by itself, so that `import.meta.url` is the source's own address.
 */
if (isMainThread) register(import.meta.url);

/** Node's loader hook: transpiles modules whose name ends in `.ts`, and leaves all others to Node. */
export async function load(url, context, nextLoad) {
  // A bundler needs no attribute to import JSON; Node does.
  if (url.endsWith(".json")) return nextLoad(url, { ...context, importAttributes: { type: "json" } });
  if (!url.startsWith("file:") || !url.endsWith(".ts")) return nextLoad(url, context);
  const source = await readFile(new URL(url), "utf8");
  const { code } = await transform(source, { loader: "ts", target: "node20.19", sourcemap: "inline", sourcefile: url });
  return { format: "module", source: code, shortCircuit: true };
}
