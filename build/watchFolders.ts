import { type FSWatcher, watch } from "node:fs";

/** ms without a further change before one is told: editors write a file in several steps. */
const quiet = 60;

/** Calls `changed` soon after something in the folders has changed; the folders may be replaced at any time. */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly changed: () => void;
  private timer?: NodeJS.Timeout;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** Watches these folders, not what lies in their subfolders, and no others any more. */
  watch(folders: ReadonlySet<string>): void {
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => this.soon());
        watcher.on("error", () => this.forget(folder));
        this.watchers.set(folder, watcher);
      } catch {
        this.forget(folder);
      }
    }
  }

  close(): void {
    clearTimeout(this.timer);
    this.watch(new Set());
  }

  /** A folder that is gone is watched again once it is named again. */
  private forget(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.changed, quiet);
  }
}
