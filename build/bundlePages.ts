import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildResult, context } from "esbuild";
import { arrowWithoutEval } from "./arrowWithoutEval.ts";
import { buildAround } from "./buildAround.ts";
import { codeVersion } from "./codeVersion.ts";
import { type Failures, notebookPlugin } from "./notebookPlugin.ts";
import { projectRoot } from "./projectRoot.ts";

/** Everything that the pages load, by path below one folder; text that changes gets a new path. */
export interface PageBundle {
  files: Map<string, Uint8Array>;
  /** Paths of the script and the style that every page has. */
  script: string;
  style: string;
  /** The path of the script of the list of notebooks; empty for pages without a server. */
  index: string;
  /** The path of the worker that watches pages; empty for pages without a server. */
  watch: string;
  /** Changes with the sources of the page itself, and not with how notebooks make its script be split. */
  version: string;
  /** The path of each notebook's module, by the notebook's name. */
  notebooks: Map<string, string>;
  /** The files that the bundle was made of, other than packages. */
  sources: Set<string>;
}

export interface PageBundler {
  build(): Promise<PageBundle>;
  close(): Promise<void>;
}

/**
 * Bundles the page and notebooks for browsers, all together, so that what several of them import is loaded once.
 * `notebooks` has the file of each name. Building again after a change is quick.
 * @param live false for pages without a server, which have no editor and no list that changes
 */
export async function openPageBundler(
  notebooks: ReadonlyMap<string, string>,
  { minify = false, live = true } = {},
): Promise<PageBundler> {
  const root = projectRoot();
  const failures: Failures = new Map();
  const entries = new Map([...notebooks].map(([name, file]) => [`notebooks/${name}`, resolve(file)]));
  const builder = await context({
    absWorkingDir: root,
    entryPoints: {
      page: "build/page/main.ts",
      ...(live ? { index: "build/page/index/main.ts", watch: "build/page/watch/worker.ts" } : {}),
      style: "build/page/style.css",
      ...Object.fromEntries(entries),
    },
    outdir: join(root, "dist", "pages"),
    entryNames: "[dir]/[name]-[hash]",
    chunkNames: "chunks/[name]-[hash]",
    assetNames: "files/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    write: false,
    metafile: true,
    minify,
    legalComments: minify ? "linked" : "none",
    logLevel: "silent",
    nodePaths: [join(root, "node_modules")],
    loader: { ".woff2": "file", ".wasm": "file" },
    // Its package names its files for Node alone, so that the one for pages is found by its path.
    alias: { danfojs: join(root, "node_modules", "danfojs", "dist", "danfojs-browser", "src", "index.js") },
    define: {
      "process.env.NODE_ENV": '"production"',
      "process.env.PALETTE_PAGES": JSON.stringify(live ? "live" : "static"),
    },
    plugins: [notebookPlugin(failures), arrowWithoutEval, codeVersion],
  });
  return {
    async build() {
      const result = await buildAround(() => builder.rebuild(), failures);
      return { ...describe(result, root, entries), version: await pageVersion(result, root) };
    },
    close: () => builder.dispose(),
  };
}

type Built = BuildResult<{ write: false; metafile: true }>;

/** A hash of what the page's script and style import, packages aside. */
async function pageVersion({ metafile: { inputs } }: Built, root: string): Promise<string> {
  const found = new Set<string>();
  const visit = (path: string) => {
    if (found.has(path) || !inputs[path] || isPackage(path)) return;
    found.add(path);
    for (const imported of inputs[path].imports) visit(imported.path);
  };
  visit("build/page/main.ts");
  visit("build/page/style.css");
  const hash = createHash("sha256");
  for (const path of [...found].sort()) hash.update(await readFile(join(root, path)));
  return hash.digest("hex").slice(0, 16);
}

/** A path of a package, or of something that is no file. */
function isPackage(path: string): boolean {
  return /^[\w-]+:|(^|\/)node_modules\//.test(path);
}

function describe(
  { outputFiles, metafile }: Built,
  root: string,
  entries: ReadonlyMap<string, string>,
): Omit<PageBundle, "version"> {
  const outdir = join(root, "dist", "pages", "/");
  const files = new Map(outputFiles.map(({ path, contents }) => [path.slice(outdir.length), contents]));
  const outputs = new Map<string, string>();
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint !== undefined) outputs.set(resolve(root, entryPoint), resolve(root, path).slice(outdir.length));
  }
  const output = (source: string) => {
    const path = outputs.get(resolve(root, source));
    if (path === undefined) throw new Error(`${source} was not bundled`);
    return path;
  };
  const sources = Object.keys(metafile.inputs).filter((path) => !isPackage(path));
  return {
    files,
    script: output("build/page/main.ts"),
    style: output("build/page/style.css"),
    index: outputs.get(resolve(root, "build/page/index/main.ts")) ?? "",
    watch: outputs.get(resolve(root, "build/page/watch/worker.ts")) ?? "",
    notebooks: new Map([...entries].map(([name, file]) => [name.slice("notebooks/".length), output(file)])),
    sources: new Set([...sources.map((path) => resolve(root, path)), ...entries.values()]),
  };
}
