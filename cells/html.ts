import { type Attributes, setAttributes } from "./svg.ts";
import { visibleText } from "./visibleText.ts";

/** Makes an HTML element. Strings among the children become text nodes: what a trace says is never markup. */
export function html<K extends keyof HTMLElementTagNameMap>(
  document: Document,
  name: K,
  attributes: Attributes = {},
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  for (const child of children) {
    if (child !== undefined) element.append(typeof child === "string" ? visibleText(child) : child);
  }
  return element;
}
