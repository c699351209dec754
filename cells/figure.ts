import { html } from "./html.ts";
import { type SavableOptions, savable } from "./savable.ts";
import { svg } from "./svg.ts";

export interface FigureOptions extends Omit<SavableOptions, "name"> {
  /** What its file is called, without ending: the label where nothing is said. */
  name?: string;
  /** What the figure shows, in a sentence, for those who cannot see it. */
  label: string;
  width: number;
  height: number;
  /** Smallest scale at which the text still reads; below it the figure scrolls. */
  minScale?: number;
}

/** A savable figure with one SVG that shrinks with the page, down to `minScale`, and then scrolls sideways. */
export function figure(options: FigureOptions, ...children: Node[]): HTMLElement {
  const { document, label, width, height, minScale = 0.75, name = label, rows, drawing: whole } = options;
  const drawing = svg(
    document,
    "svg",
    {
      role: "group",
      "aria-label": label,
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      fill: "currentColor",
      "font-family": "var(--sans-serif, system-ui, sans-serif)",
      "font-size": 12,
      style: `display: block; width: 100%; height: auto; max-width: ${Math.ceil(width)}px; min-width: ${Math.floor(width * minScale)}px`,
    },
    ...children,
  );
  const frame = html(document, "div", { class: "palette-scroll" }, drawing);
  focusWhenScrolling(frame, label);
  return savable(frame, { document, name, rows, drawing: whole });
}

/** What is wider than its frame is reached by the keyboard as well. */
function focusWhenScrolling(frame: HTMLElement, label: string): void {
  const { ResizeObserver } = frame.ownerDocument.defaultView ?? {};
  if (!ResizeObserver) return;
  new ResizeObserver(() => {
    if (frame.scrollWidth <= frame.clientWidth || frame.tabIndex === 0) return;
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", label);
  }).observe(frame);
}
