import type { BuildFailure, BuildResult } from "esbuild";
import { type Failures, failureKey } from "./notebookPlugin.ts";
import { projectRoot } from "./projectRoot.ts";

/** How many modules may be broken at once. */
const mostRounds = 20;

/**
 * Bundles notebooks around what is broken: modules that fail are put into `failures`, which the notebook plugin replaces,
 * and the build runs again. `failures` is emptied first. Throws an Error of one line when nothing can be replaced.
 */
export async function buildAround<R extends BuildResult>(build: () => Promise<R>, failures: Failures): Promise<R> {
  failures.clear();
  for (let round = 0; ; round++) {
    try {
      return await build();
    } catch (error) {
      const { errors = [], message } = error as BuildFailure;
      const before = failures.size;
      for (const failure of errors) {
        const [key, text] = failureKey(failure, projectRoot()) ?? [];
        if (key !== undefined && text !== undefined && !key.includes("/node_modules/") && !failures.has(key))
          failures.set(key, text);
      }
      if (failures.size === before || round === mostRounds)
        throw new Error(firstLine(errors, message), { cause: error });
    }
  }
}

function firstLine(errors: BuildFailure["errors"], message: string): string {
  const [failure] = errors;
  if (!failure) return message.split("\n")[0];
  const { location, text } = failure;
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text;
}
