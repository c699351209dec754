import { Inspector } from "@observablehq/inspector";

/** Shows a value at the end of an element: nodes as they are, anything else as the inspector writes it, as text. */
export function display(root: Element, value: unknown, name?: string): void {
  if (value instanceof DocumentFragment) root.append(...value.childNodes);
  else if (isFreeNode(value, root)) root.append(value);
  else root.append(inspect(value, name));
}

/** A node that is shown elsewhere is inspected rather than taken away from there. */
function isFreeNode(value: unknown, root: Element): value is Node {
  return (value instanceof Element || value instanceof Text) && (!value.parentNode || root.contains(value));
}

function inspect(value: unknown, name: string | undefined): Element {
  const node = document.createElement("div");
  new Inspector(node).fulfilled(value, name);
  return node;
}
