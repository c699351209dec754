import type { BuiltCell } from "./builtNotebook.ts";
import type { CellState } from "./cellState.ts";
import { formatElapsed } from "./formatElapsed.ts";

const codeModes = new Set(["js", "ts", "sql"]);

/** A cell on the page: what it displays, its source, and its state in words. All of it is text or nodes, never markup. */
export class CellView {
  readonly element = document.createElement("section");
  /** Where the runtime displays. */
  readonly output = document.createElement("div");
  private readonly message = document.createElement("p");
  private readonly time = document.createElement("span");
  private readonly stop = document.createElement("button");
  private startedAt?: number;

  constructor(
    cell: BuiltCell,
    private readonly actions: { stop(): void; run(): void },
  ) {
    const { element, output, message, time, stop } = this;
    element.className = "cell";
    element.id = `cell-${cell.id}`;
    element.tabIndex = -1;
    element.dataset.mode = cell.mode;
    element.setAttribute("aria-label", `Cell ${cell.id}`);
    output.className = "output";
    message.className = "message";
    message.hidden = true;
    time.className = "time";
    stop.type = "button";
    stop.className = "stop";
    stop.textContent = "Stop";
    stop.hidden = true;
    stop.addEventListener("click", actions.stop);
    const aside = document.createElement("div");
    aside.className = "aside";
    aside.append(time, stop);
    element.append(aside, output, message);
    if (codeModes.has(cell.mode) || cell.error !== undefined) element.append(sourceOf(cell));
  }

  /** Keeps a height until the cell has run, so that the page does not jump when the cell is replaced. */
  hold(height: number): void {
    this.element.style.minHeight = height > 0 ? `${height}px` : "";
  }

  show({ id, status, error, causes, startedAt, elapsed }: CellState): void {
    const { element, message, stop, output } = this;
    element.dataset.status = status;
    element.setAttribute("aria-busy", String(status === "running"));
    if (status !== "waiting" && status !== "running") this.hold(0);
    stop.hidden = status !== "running";
    this.startedAt = status === "running" ? startedAt : undefined;
    this.time.textContent = elapsed === undefined || status === "waiting" ? "" : formatElapsed(elapsed);
    message.hidden = status !== "failed" && status !== "blocked" && status !== "stale";
    if (message.hidden) {
      message.replaceChildren();
      return;
    }
    output.replaceChildren();
    const kind = document.createElement("strong");
    kind.textContent = status === "failed" ? `Cell ${id} failed. ` : "";
    const links = causes.flatMap((cause, i) => [i > 0 ? ", " : ", see ", linkTo(cause)]);
    message.replaceChildren(kind, status === "failed" ? (error ?? "") : `Not run: ${error}`, ...links);
    if (status === "stale" && causes.length === 0) message.append(" ", this.runButton());
  }

  private runButton(): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Run it";
    button.addEventListener("click", this.actions.run);
    return button;
  }

  /** Shows how long the cell has been running. */
  tick(now: number): void {
    if (this.startedAt !== undefined && now - this.startedAt > 300)
      this.time.textContent = formatElapsed(now - this.startedAt);
  }
}

function linkTo(id: number): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = `#cell-${id}`;
  link.textContent = `cell ${id}`;
  return link;
}

function sourceOf({ source, pinned, id }: BuiltCell): Element {
  const pre = document.createElement("pre");
  pre.className = pinned ? "source pinned" : "source";
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", `Source of cell ${id}`);
  const code = document.createElement("code");
  code.textContent = source;
  pre.append(code);
  return pre;
}
