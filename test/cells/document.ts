import { JSDOM } from "jsdom";

/** A document without a page, as the command line has it. */
export function newDocument(): Document {
  return new JSDOM("<!doctype html><body></body>").window.document;
}

/** Strings that a trace may hold and a figure must survive. */
export const hostile = {
  markup: `<img src=x onerror="alert(1)"><script>alert(2)</script>`,
  quotes: `"'\`]]>--><style>*{display:none}</style>`,
  lines: "first\nsecond\r\n\tthird\u0000\u0007\u001b[31m",
  long: "x<b>".repeat(2560),
  direction: "\u202egnp.exe\ud800",
  entity: "&lt;b&gt; &#x41; %3Cb%3E",
} as const;

const harmless = new Set(
  "svg g path rect circle line text tspan title style defs clipPath figure div table thead tbody tr th td caption button p strong a".split(
    " ",
  ),
);

/** What in this element could have come from a string taken as markup: foreign elements, handlers, scripts' addresses. */
export function injected(element: Element): string[] {
  const found: string[] = [];
  for (const node of [element, ...element.querySelectorAll("*")]) {
    if (!harmless.has(node.localName)) found.push(node.localName);
    if (node.localName === "style" && !node.closest("svg")) found.push("style");
    for (const { name, value } of node.attributes) {
      if (
        /^on/i.test(name) ||
        (/^(href|src|xlink:href)$/i.test(name) && !/^(#|data:application\/json|blob:)/.test(value))
      ) {
        found.push(`${node.localName} ${name}=${value.slice(0, 40)}`);
      }
    }
  }
  return found;
}
