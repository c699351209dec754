import { html } from "./html.ts";
import { svg } from "./svg.ts";

export interface FigureOptions {
  document: Document;
  /** What the figure shows, in a sentence, for those who cannot see it. */
  label: string;
  width: number;
  height: number;
  /** Smallest scale at which the text still reads; below it the figure scrolls. */
  minScale?: number;
}

/** A figure with one SVG that shrinks with the page, down to `minScale`, and then scrolls sideways. */
export function figure(options: FigureOptions, ...children: Node[]): HTMLElement {
  const { document, label, width, height, minScale = 0.75 } = options;
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
  const style = "margin: 8px 0; max-width: none; overflow-x: auto";
  return html(document, "figure", { class: "palette-figure", style }, drawing);
}
