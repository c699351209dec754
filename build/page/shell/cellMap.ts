import { formatMinute } from "../../../cells/formatMinute.ts";
import type { CellState, CellStatus } from "../cellState.ts";
import { formatElapsed } from "../formatElapsed.ts";
import { lanesOf } from "./lanes.ts";

/** A cell as the map shows it. */
export interface MappedCell {
  id: number;
  title: string;
  /** The cells that it needs. */
  needs: number[];
}

const words: Record<CellStatus, string> = {
  ...{ waiting: "waiting", running: "running", done: "done", failed: "failed" },
  ...{ blocked: "not run, needs a cell that failed", stale: "not up to date" },
};

/** Heights of rows in CSS pixels; below `readable` they have no text. */
const [highest, lowest, readable] = [22, 4, 13];

/** The most CSS pixels for lines between rows. */
const widest = 72;

/**
 * The cells of a notebook as rows in their order, with lines from each cell to those that need it, and with what each is
 * doing. A row leads to its cell. However many cells there are, all of them are in sight down to rows of 4 pixels.
 */
export class CellMap {
  private cells: MappedCell[] = [];
  private readonly rows = new Map<number, HTMLAnchorElement>();
  private readonly list = document.createElement("ol");
  private readonly lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly note = document.createElement("p");
  private drawn = "";
  private tops: { height: number; right: number; lane: (id: number) => number } | undefined;

  constructor(
    private readonly nav: HTMLElement,
    private readonly go: (id: number) => void,
    private readonly leave: () => void,
    hide: () => void,
  ) {
    this.lines.setAttribute("aria-hidden", "true");
    this.note.className = "map-note";
    this.note.setAttribute("aria-hidden", "true");
    const frame = document.createElement("div");
    frame.className = "map-frame";
    frame.append(this.lines, this.list);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Hide the map");
    close.addEventListener("click", hide);
    nav.append(close, frame, this.note);
    this.list.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => {
      const id = this.idOf(event.target);
      if (id === undefined) return;
      event.preventDefault();
      this.go(id);
    });
    for (const kind of ["pointerover", "focusin"] as const)
      this.list.addEventListener(kind, (event) => this.point(this.idOf(event.target)));
    this.list.addEventListener("pointerleave", () => this.point(this.idOf(document.activeElement)));
    new ResizeObserver(() => this.draw()).observe(nav);
  }

  get shown(): boolean {
    return !this.nav.hidden;
  }

  /** Shows the map, or hides it. */
  toggle(shown: boolean): void {
    this.nav.hidden = !shown;
    document.body.classList.toggle("has-map", shown);
    if (shown) this.draw();
  }

  /** Gives a cell's row the focus. */
  focus(id: number | undefined): void {
    const row = (id === undefined ? undefined : this.rows.get(id)) ?? this.rows.values().next().value;
    if (row) this.stop(row);
    row?.focus();
  }

  /** Takes the notebook's cells in order, and what they are doing. */
  update(cells: MappedCell[], states: readonly CellState[]): void {
    const now = JSON.stringify(cells);
    if (now !== this.drawn) {
      this.drawn = now;
      this.cells = cells;
      this.fill();
      this.draw();
    }
    const known = new Map(cells.map((cell) => [cell.id, cell]));
    for (const { id, status, elapsed, cachedAt } of states) {
      const [row, cell] = [this.rows.get(id), known.get(id)];
      if (!row || !cell) continue;
      const time = elapsed === undefined ? "" : `, ${formatElapsed(elapsed)}`;
      const needs = cell.needs.length > 0 ? `; needs ${cell.needs.map((need) => `cell ${need}`).join(", ")}` : "";
      const word = cachedAt === undefined ? words[status] : `from cache, computed ${formatMinute(cachedAt)}`;
      const label = `Cell ${id}, ${cell.title}: ${word}${time}${needs}`;
      if (row.getAttribute("aria-label") === label) continue;
      row.dataset.status = status;
      row.toggleAttribute("data-cached", cachedAt !== undefined);
      row.setAttribute("aria-label", label);
      row.title = label;
    }
  }

  /** Says which cells are in sight, and which has the focus. */
  mark(inSight: ReadonlySet<number>, current: number | undefined): void {
    for (const [id, row] of this.rows) {
      row.classList.toggle("in-sight", inSight.has(id));
      if (id === current) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  private fill(): void {
    const focused = this.idOf(document.activeElement);
    this.rows.clear();
    const items = this.cells.map(({ id, title }) => {
      const row = document.createElement("a");
      row.href = `#cell-${id}`;
      row.dataset.cell = String(id);
      row.textContent = title;
      row.tabIndex = this.rows.size === 0 ? 0 : -1;
      this.rows.set(id, row);
      const item = document.createElement("li");
      item.append(row);
      return item;
    });
    this.list.replaceChildren(...items);
    if (focused !== undefined) this.focus(focused);
  }

  private draw(): void {
    const count = this.cells.length;
    if (!this.shown || count === 0) return;
    const space = this.nav.clientHeight - this.note.offsetHeight - 56;
    const height = Math.max(lowest, Math.min(highest, Math.floor(space / count)));
    this.nav.style.setProperty("--row", `${height}px`);
    this.nav.classList.toggle("tiny", height < readable);
    const rowOf = new Map(this.cells.map(({ id }, row) => [id, row]));
    const users = new Map<number, number[]>();
    for (const { id, needs } of this.cells)
      for (const need of needs) users.set(need, [...(users.get(need) ?? []), rowOf.get(id)!]);
    const sources = [...users].map(([id, rows]) => ({ id, row: rowOf.get(id)!, users: rows }));
    const lanes = lanesOf(sources);
    const most = Math.max(0, ...lanes) + 1;
    const step = Math.min(7, (widest - 8) / most);
    const right = most * step + 8;
    const laneOf = new Map(sources.map(({ id }, i) => [id, right - 6 - (lanes[i]! + 0.5) * step]));
    this.tops = { height, right, lane: (id) => laneOf.get(id) ?? right };
    const middle = (row: number) => (row + 0.5) * height;
    const paths = sources.map(({ id, row, users }) => {
      const x = laneOf.get(id)!;
      const rows = [row, ...users].map(middle);
      const ends = rows.map((y) => `M${right} ${y}H${x}`).join("");
      return svg("path", { class: "line", d: `${ends}M${x} ${Math.min(...rows)}V${Math.max(...rows)}` });
    });
    const dots = sources.map(({ row }) =>
      svg("circle", { cx: right - 1, cy: middle(row), r: Math.min(2.5, height / 2) }),
    );
    this.lines.replaceChildren(...paths, svg("path", { class: "pointed", d: "" }), ...dots);
    this.lines.setAttribute("width", String(right));
    this.lines.setAttribute("height", String(count * height));
    this.nav.style.setProperty("--lines", `${right}px`);
  }

  /** Shows a cell's own lines, and marks all that it needs or that needs it, however far away. */
  private point(id: number | undefined): void {
    const ways = id === undefined ? [] : [...this.way(id, "needs"), ...this.way(id, "users")];
    const related = new Set(ways.flat());
    for (const [other, row] of this.rows) row.classList.toggle("related", related.has(other) && other !== id);
    this.note.textContent = id === undefined ? "" : (this.rows.get(id)?.title ?? "");
    if (!this.tops) return;
    const { height, right, lane } = this.tops;
    const y = (cell: number) => (this.cells.findIndex((one) => one.id === cell) + 0.5) * height;
    const own = ways.filter((way) => way.includes(id!));
    const d = own.map(([from, to]) => `M${right} ${y(from)}H${lane(from)}V${y(to)}H${right}`).join("");
    this.lines.querySelector(".pointed")?.setAttribute("d", d);
  }

  /** The pairs of cells, the needed one first, on all ways from a cell in one direction. */
  private way(start: number, direction: "needs" | "users"): [from: number, to: number][] {
    const pairs: [number, number][] = [];
    const seen = new Set([start]);
    for (const at of seen) {
      const next =
        direction === "needs"
          ? (this.cells.find(({ id }) => id === at)?.needs ?? [])
          : this.cells.flatMap(({ id, needs }) => (needs.includes(at) ? [id] : []));
      for (const other of next) {
        pairs.push(direction === "needs" ? [other, at] : [at, other]);
        seen.add(other);
      }
    }
    return pairs;
  }

  private onKey(event: KeyboardEvent): void {
    const rows = [...this.rows.values()];
    const at = rows.indexOf(event.target as HTMLAnchorElement);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const to = moves[event.key];
    const id = this.idOf(event.target);
    if (to !== undefined) {
      const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
      if (row) this.stop(row);
      row?.focus();
    } else if (event.key === "Escape") this.leave();
    else if (event.key === "Enter" && id !== undefined) this.go(id);
    else return;
    event.preventDefault();
  }

  /** The Tab key stops at one row, the arrow keys go to the others. */
  private stop(row: HTMLAnchorElement): void {
    for (const other of this.rows.values()) other.tabIndex = other === row ? 0 : -1;
  }

  private idOf(target: EventTarget | null): number | undefined {
    const row = target instanceof Element ? target.closest<HTMLElement>("a[data-cell]") : null;
    return row && this.list.contains(row) ? Number(row.dataset.cell) : undefined;
  }
}

function svg(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
