import { Inspector } from "@observablehq/inspector";

/** Characters of a text that are shown: a page cannot lay out any number of them. */
const mostText = 20_000;

/** Shows a value at the end of an element: nodes as they are, anything else as the inspector writes it, as text. */
export function display(root: Element, value: unknown, name?: string): void {
  if (value instanceof DocumentFragment) root.append(...value.childNodes);
  else if (isFreeNode(value, root)) {
    root.append(value);
    labelRanges(root);
  } else root.append(inspect(value, name));
}

/** The sliders of Observable's inputs have no name of their own: their label names the number beside them alone. */
function labelRanges(root: Element): void {
  for (const slider of root.querySelectorAll("input[type=range]:not([aria-label])")) {
    const label = slider.closest("form")?.querySelector("label")?.textContent;
    if (label) slider.setAttribute("aria-label", `${label}, slider`);
  }
}

/** A node that is shown elsewhere is inspected rather than taken away from there. */
function isFreeNode(value: unknown, root: Element): value is Node {
  return (value instanceof Element || value instanceof Text) && (!value.parentNode || root.contains(value));
}

function inspect(value: unknown, name: string | undefined): Element {
  const node = document.createElement("div");
  const cut = typeof value === "string" && value.length > mostText;
  new Inspector(node).fulfilled(cut ? value.slice(0, mostText) : value, name);
  if (cut) node.append(` … and ${(value.length - mostText).toLocaleString("en")} more characters`);
  return node;
}
