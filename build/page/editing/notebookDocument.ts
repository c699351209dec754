import { errorLine } from "../errorLine.ts";
import { mergeNotebooks } from "../mergeNotebooks.ts";
import { withIds } from "../notebookText.ts";

/** ms until a save is tried again that the server did not answer. */
const pause = 2000;

/** The text of a notebook's file while it is edited: what was changed, and what of that is saved. */
export class NotebookDocument {
  text = "";
  /** What the file had when it was last read or saved, and the tag that the server gave it. */
  private saved = "";
  private tag = "";
  private readonly undone: string[] = [];
  private readonly done: string[] = [];
  private saving?: Promise<void>;

  constructor(
    private readonly name: string,
    /** Told of what keeps the text from being saved; an empty text when all is saved. */
    private readonly say: (problem: string) => void,
  ) {}

  /** Reads the file, and takes up what an earlier page could not save. */
  async open(): Promise<void> {
    const response = await fetch(this.address);
    if (!response.ok) throw new Error(await response.text());
    this.text = this.saved = await response.text();
    this.tag = response.headers.get("etag") ?? "";
    const kept = localStorage.getItem(this.key);
    if (kept === null) return;
    const { base, text } = JSON.parse(kept) as { base: string; text: string };
    this.take(base, text, this.saved);
    void this.save();
  }

  /** Reads the file again, which may have been changed by others, and keeps what is not saved yet. */
  async refresh(): Promise<void> {
    if (this.saving) return;
    const response = await fetch(this.address);
    const tag = response.headers.get("etag") ?? "";
    if (!response.ok || tag === this.tag || this.saving) return;
    const theirs = await response.text();
    this.take(this.saved, this.text, theirs);
    this.saved = theirs;
    this.tag = tag;
  }

  /** Changes the text and saves it. */
  change(edit: (text: string) => string): void {
    const next = edit(withIds(this.text));
    if (next === this.text) return;
    this.done.push(this.text);
    this.undone.length = 0;
    this.put(next);
  }

  undo(): void {
    const [text] = this.done.splice(-1);
    if (text === undefined) return;
    this.undone.push(this.text);
    this.put(text);
  }

  redo(): void {
    const [text] = this.undone.splice(-1);
    if (text === undefined) return;
    this.done.push(this.text);
    this.put(text);
  }

  private get address(): string {
    return `files/${encodeURIComponent(this.name)}`;
  }

  private get key(): string {
    return `palette unsaved ${this.name}`;
  }

  private put(text: string): void {
    this.text = text;
    localStorage.setItem(this.key, JSON.stringify({ base: this.saved, text }));
    void this.save();
  }

  /** Merges; of a cell that both sides have changed the file keeps theirs, and ours stays to be undone to. */
  private take(base: string, ours: string, theirs: string): void {
    const { text, conflicts } = mergeNotebooks(base, ours, theirs);
    if (conflicts.length > 0) {
      this.done.push(ours);
      const cells = conflicts.map((id) => `cell ${id}`).join(", ");
      this.say(`${cells}: changed here and in the file. The file's version is shown; undo (z) brings yours back.`);
    }
    this.text = text;
  }

  private save(): Promise<void> {
    this.saving ??= this.saveAll().finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  private async saveAll(): Promise<void> {
    while (this.text !== this.saved) {
      const text = this.text;
      try {
        const response = await fetch(this.address, { method: "PUT", body: text, headers: { "if-match": this.tag } });
        if (response.status === 412) {
          const theirs = await response.text();
          this.tag = response.headers.get("etag") ?? "";
          this.take(this.saved, this.text, theirs);
          this.saved = theirs;
          continue;
        }
        if (!response.ok) throw new Error((await response.text()).trim());
        this.tag = response.headers.get("etag") ?? "";
        this.saved = text;
        this.say("");
      } catch (error) {
        this.say(
          `Not saved yet: ${errorLine(error)}. The change is kept in this browser and saved as soon as possible.`,
        );
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    localStorage.removeItem(this.key);
  }
}
