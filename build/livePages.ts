import { openPageBundler, type PageBundle, type PageBundler } from "./bundlePages.ts";
import { type NotebookSummary, notebookSummary } from "./notebookSummary.ts";
import { FolderWatch } from "./watchFolders.ts";
import { findNotebooks, type Workspace } from "./workspace.ts";

/** Files of this many bundles are kept, for pages that still load parts of an older one. */
const keptBundles = 20;

/** The bundled pages of a workspace, bundled again whenever a source has changed. */
export class LivePages {
  private bundler?: PageBundler;
  private bundlerKey = "";
  private current: Promise<PageBundle>;
  private readonly bundles: PageBundle[] = [];
  private readonly watcher: FolderWatch;
  private readonly workspace: Workspace;
  private readonly listeners = new Set<() => void>();
  private again = false;
  private building = false;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.watcher = new FolderWatch(() => this.rebuild());
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
    return this.bundles.find(({ files }) => files.has(path))?.files.get(path);
  }

  async summaries(): Promise<NotebookSummary[]> {
    const notebooks = await findNotebooks(this.workspace);
    return Promise.all([...notebooks].map(([name, file]) => notebookSummary(name, file)));
  }

  async title(name: string): Promise<string> {
    const file = (await findNotebooks(this.workspace)).get(name);
    return file === undefined ? name : (await notebookSummary(name, file)).title;
  }

  /** Calls `listener` after each bundle; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.watcher.close();
    this.listeners.clear();
    await this.current.catch(() => {});
    await this.bundler?.close();
  }

  private async build(): Promise<PageBundle> {
    const notebooks = await findNotebooks(this.workspace);
    const key = JSON.stringify([...notebooks]);
    if (!this.bundler || key !== this.bundlerKey) {
      await this.bundler?.close();
      this.bundler = await openPageBundler(notebooks);
      this.bundlerKey = key;
    }
    const bundle = await this.bundler.build();
    this.bundles.unshift(bundle);
    this.bundles.splice(keptBundles);
    this.watcher.watch(new Set([...bundle.folders, this.workspace.notebooksFolder]));
    return bundle;
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
