import { findMatches, type Match, replaceMatches } from "./findMatches.ts";

export interface FindTarget {
  /** The sources of all cells in order, as they are now, with what is being typed. */
  sources(): { id: number; source: string }[];
  /** Shows a cell's matches and, where one of them is the current one, that one in sight. */
  reveal(cell: number, matches: readonly Match[], current?: Match): void;
  /** Shows all cells as they were. */
  conceal(): void;
  /** Changes the sources of cells together, where the notebook can be edited. */
  replace?(sources: ReadonlyMap<number, string>): void;
  /** Called when the bar is closed, with the cell of the current match. */
  leave(cell: number | undefined): void;
}

/** Finds a text in the sources of a notebook's cells, those that are folded or not shown as well, and replaces it. */
export class FindBar {
  readonly element = document.createElement("form");
  private readonly text = field("Find in the notebook");
  private readonly by = field("Replace by");
  private readonly matchCase = document.createElement("input");
  private readonly count = document.createElement("output");
  private matches: Match[] = [];
  private current = 0;

  constructor(private readonly target: FindTarget) {
    const { element, text, by, matchCase, count } = this;
    element.className = "find";
    element.hidden = true;
    element.setAttribute("role", "search");
    element.setAttribute("aria-label", "Find in the notebook");
    matchCase.type = "checkbox";
    const label = document.createElement("label");
    label.append(matchCase, "Match case");
    count.setAttribute("aria-live", "polite");
    element.append(
      text,
      count,
      button("Previous", () => this.step(-1)),
      button("Next", () => this.step(1)),
      label,
    );
    if (target.replace)
      element.append(
        by,
        button("Replace", () => this.replace(false)),
        button("Replace all", () => this.replace(true)),
      );
    element.append(button("Close", () => this.close()));
    text.addEventListener("input", () => this.search());
    matchCase.addEventListener("input", () => this.search());
    element.addEventListener("submit", (event) => event.preventDefault());
    element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else if (event.key === "Enter" && event.target === text) this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Enter" && event.target === by) this.replace(false);
      else return;
      event.preventDefault();
    });
  }

  open(): void {
    this.element.hidden = false;
    this.text.focus();
    this.text.select();
    this.search();
  }

  close(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.target.conceal();
    this.target.leave(this.matches[this.current]?.cell);
  }

  /** To be called when sources have changed. */
  refresh(): void {
    if (this.element.hidden) return;
    this.find();
    this.show(false);
  }

  private find(): void {
    this.matches = findMatches(this.target.sources(), this.text.value, { matchCase: this.matchCase.checked });
    this.current = Math.max(0, Math.min(this.current, this.matches.length - 1));
  }

  private search(): void {
    this.current = 0;
    this.find();
    this.show(true);
  }

  private step(by: number): void {
    const { length } = this.matches;
    if (length > 0) this.current = (this.current + by + length) % length;
    this.show(true);
  }

  private show(scroll: boolean): void {
    const { matches, current, count, target } = this;
    target.conceal();
    const byCell = new Map<number, Match[]>();
    for (const match of matches) byCell.set(match.cell, [...(byCell.get(match.cell) ?? []), match]);
    for (const [cell, own] of byCell) {
      const isHere = matches[current]?.cell === cell;
      target.reveal(cell, own, scroll && isHere ? matches[current] : undefined);
    }
    const found = matches.length > 0 ? `${current + 1} of ${matches.length}` : "none";
    count.textContent = this.text.value === "" ? "" : found;
  }

  private replace(all: boolean): void {
    const chosen = all ? this.matches : this.matches.slice(this.current, this.current + 1);
    const sources = new Map(this.target.sources().map(({ id, source }) => [id, source]));
    const cells = new Set(chosen.map(({ cell }) => cell));
    const changed = new Map<number, string>();
    for (const cell of cells) {
      const own = chosen.filter((match) => match.cell === cell);
      changed.set(cell, replaceMatches(sources.get(cell) ?? "", own, this.by.value));
    }
    if (changed.size > 0) this.target.replace?.(changed);
    this.find();
    this.show(true);
  }
}

function field(label: string): HTMLInputElement {
  const input = document.createElement("input");
  input.setAttribute("aria-label", label);
  input.placeholder = label;
  input.autocomplete = "off";
  input.spellcheck = false;
  return input;
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", onClick);
  return element;
}
