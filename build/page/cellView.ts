import type { BuiltCell } from "./builtNotebook.ts";
import type { CellState } from "./cellState.ts";
import { cellTitle } from "./cellTitle.ts";
import { definedNames } from "./definedNames.ts";
import { formatElapsed } from "./formatElapsed.ts";

const codeModes = new Set(["js", "ts", "sql"]);

/** A cell on the page: what it displays, its source, and its state in words. All of it is text or nodes, never markup. */
export class CellView {
  readonly element = document.createElement("section");
  /** Where the runtime displays. */
  readonly output = document.createElement("div");
  /** Stands for a folded cell. */
  private readonly line = document.createElement("button");
  private readonly message = document.createElement("p");
  private readonly names = document.createElement("span");
  private readonly time = document.createElement("span");
  private readonly stop = document.createElement("button");
  private readonly source = document.createElement("pre");
  private readonly code = document.createElement("code");
  private startedAt?: number;
  /** The line of the source in which the cell failed, from 1. */
  private wrong?: number;
  /** What was last shown, so that nothing is done for states that are as they were. */
  private shown = "";

  constructor(
    public cell: BuiltCell,
    private readonly actions: { stop(): void; run(): void; fold(): void },
  ) {
    const { element, output, message, names, time, stop, line, source } = this;
    element.className = "cell";
    element.id = `cell-${cell.id}`;
    element.tabIndex = -1;
    element.dataset.mode = cell.mode;
    element.setAttribute("aria-label", `Cell ${cell.id}`);
    output.className = "output";
    message.className = "message";
    message.hidden = true;
    names.className = "names";
    time.className = "time";
    stop.type = "button";
    stop.className = "stop";
    stop.textContent = "Stop";
    stop.hidden = true;
    stop.addEventListener("click", actions.stop);
    line.type = "button";
    line.className = "line";
    line.addEventListener("click", actions.fold);
    const aside = document.createElement("div");
    aside.className = "aside";
    aside.append(names, time, stop);
    source.tabIndex = 0;
    source.setAttribute("aria-label", `Source of cell ${cell.id}`);
    source.append(this.code);
    element.append(aside, line, output, message, source);
    this.mark(cell);
  }

  /** Takes on how the cell is marked: pinned, lazy, folded. */
  mark(cell: BuiltCell): void {
    const { element, line, source } = this;
    this.cell = cell;
    this.writeSource();
    source.className = cell.pinned && this.isCode ? "source pinned" : "source";
    element.classList.toggle("folded", cell.folded);
    element.classList.toggle("lazy", cell.lazy);
    this.names.textContent = definedNames(cell).join(", ");
    line.textContent = cell.folded ? cellTitle(cell) : "";
    line.setAttribute("aria-label", cell.folded ? `Unfold cell ${cell.id}: ${line.textContent}` : "");
  }

  private get isCode(): boolean {
    return codeModes.has(this.cell.mode) || this.cell.error !== undefined;
  }

  /** Of prose the source is shown only where something in it is wrong or was found. A wrong line is marked. */
  private writeSource(): void {
    const isShown = this.isCode || this.element.dataset.status === "failed";
    const lines = this.cell.source.split("\n");
    const wrong = this.wrong === undefined ? undefined : lines[this.wrong - 1];
    if (!isShown || this.wrong === undefined || wrong === undefined) {
      this.code.textContent = isShown ? this.cell.source : "";
      return;
    }
    const mark = document.createElement("mark");
    mark.textContent = wrong;
    const before = lines.slice(0, this.wrong - 1).map((line) => `${line}\n`);
    this.code.replaceChildren(
      before.join(""),
      mark,
      lines
        .slice(this.wrong)
        .map((line) => `\n${line}`)
        .join(""),
    );
  }

  /** Shows the source, with these places in it marked; the current one is brought into sight. */
  reveal(places: readonly { from: number; to: number }[], current?: { from: number }): void {
    const { source } = this.cell;
    const parts: (string | Node)[] = [];
    let at = 0;
    for (const { from, to } of places) {
      const mark = document.createElement("mark");
      mark.textContent = source.slice(from, to);
      if (from === current?.from) mark.className = "current";
      parts.push(source.slice(at, from), mark);
      at = to;
    }
    this.code.replaceChildren(...parts, source.slice(at));
    this.element.classList.add("revealed");
    this.code.querySelector(".current")?.scrollIntoView({ block: "center" });
  }

  /** Shows the source as the cell is marked. */
  conceal(): void {
    if (!this.element.classList.contains("revealed")) return;
    this.element.classList.remove("revealed");
    this.writeSource();
  }

  /** Keeps a height until the cell has run, so that the page does not jump when the cell is replaced. */
  hold(height: number): void {
    this.element.style.minHeight = height > 0 ? `${height}px` : "";
  }

  /** Shows what the cell is doing; false where that is shown already. */
  show(state: CellState): boolean {
    const now = JSON.stringify(state);
    if (now === this.shown) return false;
    this.shown = now;
    this.wrong = undefined;
    const { id, status, error, causes, related = [], startedAt, elapsed, cachedAt } = state;
    const { element, message, stop, output } = this;
    element.dataset.status = status;
    element.toggleAttribute("data-cached", cachedAt !== undefined);
    if (!element.classList.contains("revealed")) this.writeSource();
    element.setAttribute("aria-busy", String(status === "running"));
    if (status !== "waiting" && status !== "running") this.hold(0);
    stop.hidden = status !== "running";
    this.startedAt = status === "running" ? startedAt : undefined;
    const time = elapsed === undefined || status === "waiting" ? "" : formatElapsed(elapsed);
    this.time.textContent = cachedAt === undefined ? time : `from cache, ${time}`;
    message.hidden = status !== "failed" && status !== "blocked" && status !== "stale";
    if (message.hidden) {
      message.replaceChildren();
      return true;
    }
    if (status !== "stale") output.replaceChildren();
    const kind = document.createElement("strong");
    kind.textContent = status === "failed" ? `Cell ${id} failed. ` : "";
    const old = status === "stale" && output.hasChildNodes();
    const said = status === "failed" ? (error ?? "") : `${old ? "Not up to date" : "Not run"}: ${error}`;
    const links = causes.flatMap((cause, i) => [i > 0 ? ", " : ", see ", linkTo(cause)]);
    message.replaceChildren(kind, ...withLinks(said, related), ...links);
    if (status === "stale" && causes.length === 0) message.append(" ", this.runButton());
    return true;
  }

  /** Marks the line of the source in which the cell failed, from 1, while it is in that state. */
  pointTo(line: number | undefined, state: CellState): void {
    if (JSON.stringify(state) !== this.shown) return;
    this.wrong = line ?? (Number(/\((\d+):\d+\)$/.exec(state.error ?? "")?.[1]) || undefined);
    if (!this.element.classList.contains("revealed")) this.writeSource();
    if (line !== undefined && this.cell.source.trim().includes("\n")) this.message.append(` (line ${line})`);
  }

  private runButton(): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Run it";
    button.addEventListener("click", this.actions.run);
    return button;
  }

  /** Shows how long the cell has been running and, where it displays its progress, how far it is. */
  tick(now: number): void {
    if (this.startedAt === undefined || now - this.startedAt <= 300) return;
    const elapsed = formatElapsed(now - this.startedAt);
    const bar = this.output.querySelector<HTMLProgressElement>("progress[value]");
    this.time.textContent = bar ? `${Math.round(100 * bar.position)} %, ${elapsed}` : elapsed;
  }
}

/** A text in which these cells are links. */
function withLinks(text: string, related: readonly number[]): (string | Node)[] {
  const parts = text.split(/\b(cell \d+)\b/);
  return parts.map((part) => {
    const id = Number(/^cell (\d+)$/.exec(part)?.[1]);
    return related.includes(id) ? linkTo(id) : part;
  });
}

function linkTo(id: number): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = `#cell-${id}`;
  link.textContent = `cell ${id}`;
  return link;
}
