import { openPageBundler, type PageBundle, type PageBundler } from "./bundlePages.ts";
import { notebookPatch, patchPath } from "./notebookPatch.ts";
import { type NotebookSummary, notebookSummary } from "./notebookSummary.ts";
import { SourceWatch } from "./sourceWatch.ts";
import { findNotebooks, type Workspace } from "./workspace.ts";

/** Bytes of files that are kept, for pages that still load parts of an older bundle. */
const keptBytes = 256 * 2 ** 20;

/** The path of a module with the cells of a notebook that have changed (see notebookPatch). */
export interface NotebookPatch {
  name: string;
  path: string;
}

/** The bundled pages of a workspace, bundled again whenever a source has changed. */
export class LivePages {
  private bundler?: PageBundler;
  private bundlerKey = "";
  private current: Promise<PageBundle>;
  /** Files of all bundles, those of the newest last. */
  private readonly files = new Map<string, Uint8Array>();
  private readonly watcher: SourceWatch;
  private readonly workspace: Workspace;
  private readonly listeners = new Set<(patch?: NotebookPatch) => void>();
  private again = false;
  private building = false;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.watcher = new SourceWatch(() => this.rebuild());
    this.current = this.build();
    // The compiler is loaded ahead of the first change, which then shows sooner.
    this.current.catch(() => {}).then(() => import("./transpileNotebook.ts"));
  }

  /** The newest bundle; rejects with one line when even the page itself does not build. */
  bundle(): Promise<PageBundle> {
    return this.current;
  }

  /** A file of the newest or an older bundle. */
  async file(path: string): Promise<Uint8Array | undefined> {
    await this.current.catch(() => {});
    return this.files.get(path);
  }

  async summaries(): Promise<NotebookSummary[]> {
    const notebooks = await findNotebooks(this.workspace);
    return Promise.all([...notebooks].map(([name, file]) => notebookSummary(name, file)));
  }

  async title(name: string): Promise<string> {
    const file = (await findNotebooks(this.workspace)).get(name);
    return file === undefined ? name : (await notebookSummary(name, file)).title;
  }

  /** Calls `listener` after each bundle, and with each patch of a notebook; returns what ends that. */
  onChange(listener: (patch?: NotebookPatch) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Shows the cells that a save has changed to those who listen, where that can be, and bundles all again. */
  async saved(name: string, before: string, after: string): Promise<void> {
    try {
      const { transpileNotebook } = await import("./transpileNotebook.ts");
      const module = await notebookPatch(await transpileNotebook(before), await transpileNotebook(after));
      if (module !== undefined) {
        const path = patchPath(module);
        this.keep(new Map([[path, new TextEncoder().encode(module)]]));
        for (const listener of this.listeners) listener({ name, path });
      }
    } finally {
      void this.rebuild();
    }
  }

  async close(): Promise<void> {
    this.watcher.close();
    this.listeners.clear();
    await this.current.catch(() => {});
    await this.bundler?.close();
  }

  private async build(): Promise<PageBundle> {
    this.watcher.begin();
    const notebooks = await findNotebooks(this.workspace);
    const key = JSON.stringify([...notebooks]);
    if (!this.bundler || key !== this.bundlerKey) {
      await this.bundler?.close();
      this.bundler = await openPageBundler(notebooks);
      this.bundlerKey = key;
    }
    const bundle = await this.bundler.build().catch(async (error: unknown) => {
      // A notebook that went away meanwhile is no reason to fail.
      if (JSON.stringify([...(await findNotebooks(this.workspace))]) === key) throw error;
      return undefined;
    });
    if (!bundle) return this.build();
    this.keep(bundle.files);
    this.watcher.watch(bundle.sources, [this.workspace.notebooksFolder]);
    return bundle;
  }

  private keep(files: PageBundle["files"]): void {
    for (const [path, bytes] of files) {
      this.files.delete(path);
      this.files.set(path, bytes);
    }
    let bytes = 0;
    for (const { byteLength } of this.files.values()) bytes += byteLength;
    for (const [path, { byteLength }] of this.files) {
      if (bytes <= keptBytes || files.has(path)) break;
      this.files.delete(path);
      bytes -= byteLength;
    }
  }

  private async rebuild(): Promise<void> {
    this.again = true;
    if (this.building) return;
    this.building = true;
    while (this.again) {
      this.again = false;
      await this.current.catch(() => {});
      const next = this.build();
      await next.catch(() => {});
      this.current = next;
    }
    this.building = false;
    for (const listener of this.listeners) listener();
  }
}
