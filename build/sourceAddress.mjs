import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

/**
 * esbuild plugin: in bundled modules `import.meta.url` stays the address of the source, not of the bundle, so that a
 * module finds the files beside it wherever it was bundled to.
 */
export const sourceAddress = {
  name: "source-address",
  setup(build) {
    build.onLoad({ filter: /\.ts$/, namespace: "file" }, async ({ path }) => {
      if (path.includes("/node_modules/")) return undefined;
      const source = await readFile(path, "utf8");
      if (!source.includes("import.meta.url")) return undefined;
      return { contents: source.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: "ts" };
    });
  },
};
