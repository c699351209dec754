import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { OnLoadArgs, OnLoadResult, PartialMessage, Plugin } from "esbuild";
import { localPackage } from "./localPackage.ts";
import { projectRoot } from "./projectRoot.ts";
import { type NotebookCell, type NotebookSource, readNotebook, unreadableNotebook } from "./readNotebook.ts";

const cellNamespace = "notebook-cell";

/** Modules that did not build, by the key `failureKey` gives them, with one line that says why. */
export type Failures = Map<string, string>;

/**
 * esbuild plugin: a notebook's `.html` file becomes a module that exports `notebook` (a BuiltNotebook), with each cell in
 * a module of its own, so that esbuild resolves and splits what the cells import. Whatever is in `failures` is replaced:
 * a cell by its error, any other module by one that throws, so that one mistake does not take the notebook down.
 */
export function notebookPlugin(failures: Failures): Plugin {
  const sources = new Map<string, NotebookSource>();
  return {
    name: "notebook",
    setup(build) {
      build.onStart(() => sources.clear());
      build.onResolve({ filter: /^notebook-cell:/ }, ({ path, importer }) => ({
        path: `${importer}?${path.slice("notebook-cell:".length)}`,
        namespace: cellNamespace,
      }));
      build.onResolve({ filter: /^(https?:|npm:|jsr:)/ }, async ({ path, kind, resolveDir }) => {
        if (kind === "url-token" || kind === "import-rule") return undefined;
        const name = localPackage(path);
        const outside = "a notebook loads nothing from outside";
        if (name === undefined) return { errors: [{ text: `${path} is not a local module, and ${outside}` }] };
        const folder = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
        if (existsSync(join(projectRoot(), "node_modules", folder))) return build.resolve(name, { kind, resolveDir });
        return { errors: [{ text: `the package ${folder} is not installed, and ${outside}` }] };
      });
      build.onLoad({ filter: /\.html$/, namespace: "file" }, async ({ path }) => {
        const source = await readNotebook(path).catch((error: unknown) => unreadableNotebook(path, error));
        sources.set(path, source);
        return {
          contents: notebookModule(path, source, failures),
          loader: "js",
          resolveDir: dirname(path),
          watchFiles: [path],
        };
      });
      build.onLoad({ filter: /.*/, namespace: cellNamespace }, ({ path }) => {
        const [file, id] = splitCellPath(path);
        const cell = sources.get(file)?.cells.find((cell) => cell.id === id);
        return { contents: `export default ${cell?.body ?? "undefined"};`, loader: "js", resolveDir: dirname(file) };
      });
      build.onLoad({ filter: /\.(ts|js|mjs|json|css)$/, namespace: "file" }, (args) => throwing(args, failures));
    },
  };
}

/** A module that throws; names that TypeScript imports from it are not missed. */
function throwing({ path }: OnLoadArgs, failures: Failures): OnLoadResult | undefined {
  const failure = failures.get(path);
  if (failure === undefined) return undefined;
  return { contents: `export default undefined; throw new Error(${JSON.stringify(failure)});`, loader: "js" };
}

function notebookModule(file: string, { title, cells }: NotebookSource, failures: Failures): string {
  const built = cells.map((cell) => ({ ...cell, error: cell.error ?? failures.get(`${file}?${cell.id}`) }));
  const imports = built.filter(({ error }) => error === undefined);
  return [
    ...imports.map(({ id }) => `import cell${id} from "notebook-cell:${id}";`),
    `export const notebook = {`,
    `  file: ${JSON.stringify(basename(file))},`,
    `  title: ${JSON.stringify(title)},`,
    `  cells: [${built.map((cell) => `\n    ${cellLiteral(cell)}`).join(",")}]`,
    "};",
  ].join("\n");
}

function cellLiteral({ body: _, ...cell }: NotebookCell): string {
  const body = cell.error === undefined ? `cell${cell.id}` : "undefined";
  return `{...${JSON.stringify(cell.error === undefined ? cell : { ...cell, inputs: [] })}, body: ${body}}`;
}

function splitCellPath(path: string): [file: string, id: number] {
  const mark = path.lastIndexOf("?");
  return [path.slice(0, mark), Number(path.slice(mark + 1))];
}

/** The module that an esbuild error lies in, as `failures` names it, and the error as one line. */
export function failureKey(error: PartialMessage, root: string): [key: string, message: string] | undefined {
  const { location, text = "does not build" } = error;
  if (!location?.file) return undefined;
  const { file, line, column } = location;
  if (file.startsWith(`${cellNamespace}:`)) return [file.slice(cellNamespace.length + 1), text];
  return [resolve(root, file), `${file}:${line}:${column}: ${text}`];
}
