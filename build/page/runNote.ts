import type { CellState } from "./cellState.ts";

interface Note {
  tab: string;
  /** ms since 1970 when the page last wrote. */
  at: number;
  /** The cell whose body has been called and has not come back. */
  called?: number;
  /** The cells that are running. */
  running: number[];
}

/** ms between two signs of life of a page with running cells, and after how long without one it is given up. */
const beat = 1000;
const silence = 4000;

/**
 * Notes in the browser's storage which cells of a notebook are running, so that the next page knows when they have frozen
 * this one. A page that goes away in the usual manner takes its note along.
 */
export class RunNote {
  private readonly tab: string;
  private note: Note;
  private timer?: ReturnType<typeof setInterval>;

  constructor(
    private readonly key: string,
    private readonly storage: Storage = localStorage,
    session: Storage = sessionStorage,
  ) {
    this.tab = session.getItem("palette tab") ?? crypto.randomUUID();
    session.setItem("palette tab", this.tab);
    this.note = { tab: this.tab, at: 0, running: [] };
  }

  /**
   * The cells that an earlier page ran when it stopped answering: the one that had not come back, or where all had, those
   * that were still running. Resolves late only while a page in another tab seems to run cells.
   */
  async frozen(): Promise<number[]> {
    for (;;) {
      const note = this.read();
      if (!note) return [];
      const quiet = Date.now() - note.at;
      if (note.tab === this.tab || quiet > silence) {
        this.storage.removeItem(this.key);
        return note.called === undefined ? note.running : [note.called];
      }
      await new Promise((resolve) => setTimeout(resolve, beat * 1.5));
      const later = this.read();
      if (later && later.tab === note.tab && later.at > note.at) return [];
    }
  }

  /** To be called before a cell's body. */
  begin(id: number): void {
    const { running } = this.note;
    this.note = { ...this.note, called: id, running: running.includes(id) ? running : [...running, id] };
    this.write();
    this.timer ??= setInterval(() => this.write(), beat);
  }

  /** To be called once a cell's body has returned, be it a promise. */
  returned(): void {
    this.note.called = undefined;
    this.write();
  }

  /** To be called with the states of all cells when they have changed. */
  update(states: readonly CellState[]): void {
    const busy = new Set(states.filter(({ status }) => status === "running").map(({ id }) => id));
    const running = this.note.running.filter((id) => busy.has(id));
    if (running.length === this.note.running.length) return;
    this.note.running = running;
    if (running.length > 0) this.write();
    else this.clear();
  }

  /** Forgets what is running, as a page does that is left. */
  clear(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.note.running = [];
    if (this.read()?.tab === this.tab) this.storage.removeItem(this.key);
  }

  private write(): void {
    this.note.at = Date.now();
    this.storage.setItem(this.key, JSON.stringify(this.note));
  }

  private read(): Note | undefined {
    const text = this.storage.getItem(this.key);
    return text === null ? undefined : (JSON.parse(text) as Note);
  }
}
