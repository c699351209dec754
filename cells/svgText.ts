/** What a figure's colours, lines and type are written with. */
const properties = [
  ..."fill stroke color stop-color fill-opacity stroke-opacity opacity stroke-width stroke-dasharray".split(" "),
  ..."font-family font-size font-weight font-style font-variant-numeric text-anchor paint-order visibility".split(" "),
];

/** Parts of a figure that serve the pointer alone. */
const interactive = ".palette-hit, .palette-pointer, [stroke=transparent]";

/**
 * A drawing of a page as the text of an SVG file that stands alone: as it looks on light pages, on white, with colours and
 * fonts as values that any program reads, without what only a page can use. `fonts` is CSS for faces to embed.
 */
export function svgText(drawing: SVGSVGElement, fonts = ""): string {
  const document = drawing.ownerDocument;
  const { width, height } = sizeOf(drawing);
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const stage = document.createElement("div");
  stage.style.cssText = "color-scheme: light; position: fixed; left: -99999px; top: 0; color: #1b1e23";
  stage.append(copy);
  document.body.append(stage);
  try {
    for (const element of copy.querySelectorAll(interactive)) element.remove();
    writeStyles(copy, copy);
    for (const element of copy.querySelectorAll("*")) writeStyles(element, copy);
  } finally {
    stage.remove();
  }
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const name of ["tabindex", "role", "class", "style", "aria-pressed"]) element.removeAttribute(name);
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const [x, y] = copy.getAttribute("viewBox")!.split(/[ ,]+/);
  const paper = document.createElementNS(copy.namespaceURI, "rect");
  for (const [name, value] of Object.entries({ x, y, width: "100%", height: "100%", fill: "#fff" }))
    paper.setAttribute(name, value!);
  copy.prepend(paper);
  if (fonts) {
    const style = document.createElementNS(copy.namespaceURI, "style");
    style.textContent = fonts;
    copy.prepend(style);
  }
  const { XMLSerializer } = document.defaultView!;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

/** A drawing's own size, px: that of its attributes, or of its view box. */
export function sizeOf(drawing: SVGSVGElement): { width: number; height: number } {
  const box = drawing.getAttribute("viewBox")?.split(/[ ,]+/).map(Number) ?? [];
  const side = (name: string, index: number) => Number(drawing.getAttribute(name)) || box[index] || 300;
  return { width: side("width", 2), height: side("height", 3) };
}

/** Writes down what style sheets, variables and inheritance make of an element, where its parent does not say the same. */
function writeStyles(element: Element, root: Element): void {
  const window = element.ownerDocument.defaultView!;
  const own = window.getComputedStyle(element);
  const parent = element === root ? undefined : window.getComputedStyle(element.parentElement!);
  for (const name of properties) {
    const value = own.getPropertyValue(name);
    const inherited = !name.endsWith("opacity") || name !== "opacity";
    if (value === "" || (inherited && parent?.getPropertyValue(name) === value && !element.hasAttribute(name)))
      continue;
    element.setAttribute(name, value);
  }
}
