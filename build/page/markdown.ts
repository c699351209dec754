import MarkdownIt from "markdown-it";

const renderer = new MarkdownIt({ html: true, typographer: true });

/** Mark an interpolated value's place in the source; Markdown and HTML leave these private characters as they are. */
const opening = "\ue000";
const closing = "\ue001";
const slot = /(?:\ue000|%EE%80%80)(\d+)(?:\ue001|%EE%80%81)/g;

/**
 * The template tag of Markdown cells. What the author wrote may hold HTML; what is interpolated never does: nodes (and
 * arrays of nodes) are inserted, everything else becomes text, in attributes too, where an address must not be a script.
 */
export function markdown(strings: TemplateStringsArray | readonly string[], ...values: unknown[]): Node {
  const source = strings.map((text, i) => (i ? `${opening}${i - 1}${closing}${text}` : text)).join("");
  const root = document.createElement("div");
  root.innerHTML = renderer.render(source).trim();
  fillText(root, values);
  for (const element of root.querySelectorAll("*")) fillAttributes(element, values);
  for (const heading of root.querySelectorAll("h2, h3")) heading.id ||= slug(heading.textContent ?? "");
  return root.childNodes.length === 1 && root.firstChild ? root.removeChild(root.firstChild) : root;
}

function fillText(root: Element, values: unknown[]): void {
  const walker = document.createTreeWalker(root, 4);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    const parts = text.data.split(slot);
    if (parts.length === 1) continue;
    text.replaceWith(...parts.flatMap((part, i) => (i % 2 ? nodesOf(values[Number(part)]) : part ? [part] : [])));
  }
}

function nodesOf(value: unknown): (Node | string)[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (value === undefined || value === null) return [];
  return [value instanceof Node ? value : String(value)];
}

const addresses = new Set(["href", "src", "action", "formaction", "xlink:href", "data", "poster"]);

function fillAttributes(element: Element, values: unknown[]): void {
  for (const { name, value } of [...element.attributes]) {
    const filled = value.replace(slot, (_, i) => String(values[Number(i)]));
    if (filled === value) continue;
    const runs = name.startsWith("on") || name === "style" || name === "srcdoc";
    if (runs || (addresses.has(name) && !isPlainAddress(filled))) element.removeAttribute(name);
    else element.setAttribute(name, filled);
  }
}

/** No scheme at all, or one that runs nothing; browsers skip control characters and spaces within a scheme. */
function isPlainAddress(address: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address.replace(/[^\x21-\x7e]/g, ""))?.[1].toLowerCase();
  return scheme === undefined || ["http", "https", "mailto"].includes(scheme);
}

function slug(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}
