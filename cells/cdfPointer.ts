import { svg } from "./svg.ts";

/** A range of latencies, µs, both ends included. */
export interface LatencyRange {
  from: number;
  to: number;
}

export interface CdfPointerOptions {
  document: Document;
  plot: SVGSVGElement;
  /** Edges of the plot's area, px of the drawing. */
  area: { left: number; right: number; top: number; bottom: number };
  /** The latency at a place of the drawing, and back. */
  latencyAt: (x: number) => number;
  placeOf: (latency: number) => number;
  /** The least and the greatest latency: what a range that reaches an edge of the plot ends with. */
  extent: [number, number];
  /** The quantile that the keyboard moves along. */
  quantile: (share: number) => number;
  /** Told the share and the latency at the pointer, both null when it has left. */
  onRead: (share: number | null, latency: number | null) => void;
  /** Told the range that was chosen, null when the choice is taken back; without it nothing can be chosen. */
  onSelect?: (range: LatencyRange | null) => void;
  /** What a screen reader says of a share. */
  say: (share: number) => string;
}

/** Least drag that is a choice and not a click, px. */
const leastDrag = 4;

/**
 * Lets people read off a CDF plot and choose a range of its latencies. The pointer reads where it is, dragging chooses, a
 * click takes the choice back. With the keyboard: the arrows move the share by 1 % (← →) and 0.1 % (↑ ↓), PageUp and
 * PageDown by 10 %, Home and End to the ends; with Shift they choose from where they began; Escape takes it back.
 */
export function cdfPointer(options: CdfPointerOptions): SVGElement {
  const { document, plot, area, latencyAt, placeOf, extent, quantile, onRead, onSelect, say } = options;
  const brush = svg(document, "rect", { y: area.top, height: area.bottom - area.top, class: "palette-brush" });
  const hit = svg(document, "rect", {
    ...{ x: area.left, y: area.top, width: area.right - area.left, height: area.bottom - area.top },
    ...{ class: "palette-hit", fill: "transparent", tabindex: 0, role: "slider" },
    ...{ "aria-label": "Share of executions", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 50 },
  });
  hit.setAttribute("aria-valuetext", say(0.5));
  let share = 0.5;
  let anchor: number | undefined;
  let dragged: number | undefined;

  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const box = plot.getBoundingClientRect();
    const scale = Number(plot.getAttribute("width")) / Math.max(1, box.width);
    const inside = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
    return [
      inside((clientX - box.left) * scale, area.left, area.right),
      inside((clientY - box.top) * scale, area.top, area.bottom),
    ];
  };
  const show = (a: number, b: number) => {
    brush.setAttribute("x", String(Math.min(a, b)));
    brush.setAttribute("width", String(Math.abs(b - a)));
  };
  const select = (a: number, b: number) => {
    const [left, right] = [Math.min(a, b), Math.max(a, b)];
    show(left, right);
    onSelect?.({
      from: left <= area.left ? extent[0] : latencyAt(left),
      to: right >= area.right ? extent[1] : latencyAt(right),
    });
  };
  const clear = () => {
    const chosen = Number(brush.getAttribute("width") ?? 0) > 0;
    show(area.left, area.left);
    anchor = undefined;
    if (chosen) onSelect?.(null);
  };
  const read = ([x, y]: [number, number]) => onRead((area.bottom - y) / (area.bottom - area.top), latencyAt(x));

  hit.addEventListener("pointermove", (event) => {
    const at = place(event as PointerEvent);
    if (dragged !== undefined) show(dragged, at[0]);
    read(at);
  });
  hit.addEventListener("pointerleave", () => onRead(null, null));
  hit.addEventListener("pointerdown", (event) => {
    if (!onSelect || (event as PointerEvent).button !== 0) return;
    dragged = place(event as PointerEvent)[0];
    hit.setPointerCapture?.((event as PointerEvent).pointerId);
  });
  hit.addEventListener("pointerup", (event) => {
    if (dragged === undefined) return;
    const [x] = place(event as PointerEvent);
    const from = dragged;
    dragged = undefined;
    if (Math.abs(x - from) < leastDrag) clear();
    else select(from, x);
  });
  hit.addEventListener("pointercancel", () => {
    dragged = undefined;
    clear();
  });
  hit.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event as KeyboardEvent;
    const steps: Record<string, number> = {
      ...{ ArrowRight: 0.01, ArrowLeft: -0.01, ArrowUp: 0.001, ArrowDown: -0.001, PageUp: 0.1, PageDown: -0.1 },
      ...{ Home: -1, End: 1 },
    };
    if (key === "Escape") clear();
    const step = steps[key];
    if (step === undefined) return;
    event.preventDefault();
    const before = placeOf(quantile(share));
    share = Number(Math.max(0.001, Math.min(0.999, share + step)).toFixed(3));
    hit.setAttribute("aria-valuenow", String(share * 100));
    hit.setAttribute("aria-valuetext", say(share));
    onRead(share, quantile(share));
    if (!shiftKey || !onSelect) return;
    anchor ??= before;
    select(anchor, placeOf(quantile(share)));
  });
  hit.addEventListener("blur", () => onRead(null, null));
  return svg(document, "g", {}, brush, hit);
}
