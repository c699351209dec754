import type { Plugin } from "esbuild";

const module = `
export function createIsValidFunction(nullValues) {
  if (!nullValues || nullValues.length === 0) return () => true;
  const nulls = new Set(nullValues);
  return (value) => !nulls.has(value);
}`;

/**
 * esbuild plugin: Arrow's builders write a function that looks for null values and compile it with `new Function`, which
 * the pages' Content-Security-Policy forbids. This is the same test without the compiler.
 */
export const arrowWithoutEval: Plugin = {
  name: "arrow-without-eval",
  setup(build) {
    build.onLoad({ filter: /apache-arrow\/builder\/valid\.mjs$/ }, () => ({ contents: module, loader: "js" }));
  },
};
