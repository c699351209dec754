import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/** ms without a further change before one is told: editors write a file in several steps. */
const quiet = 60;

/** ms between two looks at the files, which find what the system's events did not tell. */
const interval = 1000;

/** ms by which a file's time may lag behind the clock. */
const lag = 50;

/**
 * Calls `changed` soon after a source may have changed. The system's events make that quick; comparing the files with
 * what they were before they were last read makes it sure, since events are lost where watches run out, and a file may
 * change while it is being read.
 */
export class SourceWatch {
  private readonly changed: () => void;
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly poll: NodeJS.Timeout;
  private stamps = new Map<string, string>();
  private beganAt = 0;
  private timer?: NodeJS.Timeout;

  constructor(changed: () => void) {
    this.changed = changed;
    this.poll = setInterval(() => this.look(), interval);
    this.poll.unref();
  }

  /** To be called before the sources are read: whatever changes from now on is told. */
  begin(): void {
    this.beganAt = Date.now();
    this.stamps = stampsOf(this.stamps.keys());
  }

  /** To be called once the sources were read: these files, what lies beside them, and nothing else any more. */
  watch(files: Iterable<string>, folders: Iterable<string> = []): void {
    const before = this.stamps;
    const all = new Set(folders);
    const paths = [...files];
    for (const path of paths) all.add(dirname(path));
    this.stamps = stampsOf([...paths, ...all]);
    this.watchFolders(all);
    const isLate = ([path, stamp]: [string, string]) => {
      const known = before.get(path);
      return known === undefined ? changedSince(path, this.beganAt - lag) : known !== stamp;
    };
    if ([...this.stamps].some(isLate)) this.soon();
  }

  close(): void {
    clearTimeout(this.timer);
    clearInterval(this.poll);
    this.watchFolders(new Set());
  }

  private look(): void {
    if ([...this.stamps].some(([path, stamp]) => stampOf(path) !== stamp)) this.soon();
  }

  private watchFolders(folders: ReadonlySet<string>): void {
    for (const folder of this.watchers.keys()) if (!folders.has(folder)) this.forget(folder);
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

  private forget(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.changed, quiet);
  }
}

function stampsOf(paths: Iterable<string>): Map<string, string> {
  return new Map(Array.from(paths, (path) => [path, stampOf(path)]));
}

/** What differs once a file is written or replaced, or a folder's names change. */
function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? [found.ctimeMs, found.mtimeMs, found.size, found.ino].join(" ") : "";
}

function changedSince(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.ctimeMs >= time;
}
