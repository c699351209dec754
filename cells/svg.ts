import { visibleText } from "./visibleText.ts";

/** Attributes of an element; `undefined` leaves one out, numbers are rounded to 0.01. */
export type Attributes = Record<string, string | number | undefined>;

const namespace = "http://www.w3.org/2000/svg";

/** Makes an SVG element. Strings among the children become text nodes: what a trace says is never markup. */
export function svg(
  document: Document,
  name: string,
  attributes: Attributes = {},
  ...children: (Node | string | undefined)[]
): SVGElement {
  const element = document.createElementNS(namespace, name) as SVGElement;
  setAttributes(element, attributes);
  for (const child of children) {
    if (child !== undefined) element.append(typeof child === "string" ? visibleText(child) : child);
  }
  return element;
}

/** Sets attributes, as `svg` and `html` do. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : visibleText(value));
  }
}
