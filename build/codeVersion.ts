import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import { projectRoot } from "./projectRoot.ts";

/** esbuild plugin: `cells/codeVersion.ts` has the hash of the sources and packages that results of fits follow from. */
export const codeVersion: Plugin = {
  name: "code-version",
  setup(build) {
    build.onLoad({ filter: /[\\/]cells[\\/]codeVersion\.ts$/ }, async () => ({
      contents: `export const codeVersion = ${JSON.stringify(await versionOf(projectRoot()))};`,
      loader: "js",
    }));
  },
};

/** A hash of the project's `lib/`, of the cells that fit, and of the packages' versions. */
async function versionOf(root: string): Promise<string> {
  const lib = await readdir(join(root, "lib"), { recursive: true, withFileTypes: true });
  const files = lib
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const cells = ["cachedResult", "fitDataset", "fitHeldOut", "fitReport", "openTraces"].map(
    (name) => `cells/${name}.ts`,
  );
  const hash = createHash("sha256");
  for (const file of [...files, ...["package-lock.json", ...cells].map((name) => join(root, name))])
    hash
      .update(file.slice(root.length))
      .update("\0")
      .update(await readFile(file));
  return hash.digest("hex").slice(0, 32);
}
