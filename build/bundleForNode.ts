import { mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { makeFolder } from "../lib/files/makeFolder.ts";
import { buildAround } from "./buildAround.ts";
import { codeVersion } from "./codeVersion.ts";
import { type Failures, notebookPlugin } from "./notebookPlugin.ts";
import type { BuiltNotebook } from "./page/builtNotebook.ts";
import { projectRoot } from "./projectRoot.ts";
import { readNotebookText } from "./readNotebook.ts";
import { sourceAddress } from "./sourceAddress.mjs";

export interface NodeBundle {
  notebook: BuiltNotebook;
  /** Deletes the bundle's files; cells that have not been called by then may lack their imports. */
  remove(): Promise<void>;
}

/**
 * Bundles a notebook for this process and loads it. Packages are those of this project. Throws an Error of one line when
 * the file is no notebook.
 */
export async function bundleForNode(file: string): Promise<NodeBundle> {
  await readNotebookText(file);
  if (!file.endsWith(".html")) throw new Error(`${file}: not a notebook; the name of a notebook ends in .html`);
  const root = projectRoot();
  const parent = join(root, "dist", "headless");
  await makeFolder(parent);
  const folder = await mkdtemp(join(parent, "notebook-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const failures: Failures = new Map();
  try {
    await buildAround(
      () =>
        build({
          absWorkingDir: root,
          entryPoints: { notebook: resolve(file) },
          outdir: folder,
          outExtension: { ".js": ".mjs" },
          bundle: true,
          splitting: true,
          platform: "node",
          format: "esm",
          target: "node20",
          packages: "external",
          logLevel: "silent",
          nodePaths: [join(root, "node_modules")],
          loader: { ".css": "empty" },
          plugins: [codeVersion, notebookPlugin(failures), sourceAddress],
        }),
      failures,
    );
    const { notebook } = (await import(pathToFileURL(join(folder, "notebook.mjs")).href)) as {
      notebook: BuiltNotebook;
    };
    return { notebook, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
