import { csvText } from "./csvText.ts";
import { fontFaces } from "./fontFaces.ts";
import { html } from "./html.ts";
import { pngImage } from "./pngImage.ts";
import { svgText } from "./svgText.ts";

export interface SavableOptions {
  document: Document;
  /** What the file is called, without its ending. */
  name: string;
  /** The data that is shown, for CSV and JSON. */
  rows?: () => readonly object[];
  /** Draws all of it, where the page shows a part. */
  drawing?: () => SVGSVGElement;
  /** Further kinds of files, by the name that the menu has for them and that, in small letters, ends the file's. */
  files?: Record<string, () => Blob | Promise<Blob>>;
}

/**
 * A figure around a drawing or a table, with a menu to save it: as SVG and PNG where it is a drawing, and its data as CSV
 * and JSON. Without a page there is no menu.
 */
export function savable(content: Element, options: SavableOptions): HTMLElement {
  const { document } = options;
  // Plot names its marks in a way that ARIA does not allow; what is drawn is in the drawing's own label.
  for (const mark of content.querySelectorAll("g[aria-label]:not([role])")) mark.setAttribute("aria-hidden", "true");
  const figure = html(document, "figure", { class: "palette-figure" }, content);
  const address = document.defaultView?.URL;
  if (address && "createObjectURL" in address) figure.append(menu(content, options));
  return figure;
}

function menu(content: Element, { document, name, rows, drawing, files }: SavableOptions): HTMLElement {
  const shown = content.localName === "svg" ? content : content.querySelector("svg");
  // The small pictures in the headings of a query's result are no drawing of their own.
  const drawn = drawing ?? (shown && !files ? () => shown as SVGSVGElement : undefined);
  const text = (content: string, type: string) => new Blob([content], { type });
  const kinds: [string, (() => Blob | Promise<Blob>) | undefined][] = [
    ["SVG", drawn && (async () => text(svgText(drawn(), await fontFaces(document)), "image/svg+xml"))],
    ["PNG", drawn && (async () => pngImage(drawn(), { fonts: await fontFaces(document) }))],
    ["CSV", rows && (() => text(csvText(rows()), "text/csv"))],
    ["JSON", rows && (() => text(`${JSON.stringify(rows(), undefined, 1)}\n`, "application/json"))],
    ...Object.entries(files ?? {}),
  ];
  const said = html(document, "span", { role: "status" });
  const buttons = kinds.flatMap(([label, make]) => {
    if (!make) return [];
    const button = html(document, "button", { type: "button" }, label);
    button.addEventListener("click", async () => {
      try {
        give(document, await make(), `${fileName(name)}.${label.toLowerCase()}`);
        said.textContent = "";
      } catch (error) {
        said.textContent = `not saved: ${error instanceof Error ? error.message : error}`;
      }
    });
    return button;
  });
  const summary = html(document, "summary", { "aria-label": `Save ${name}` }, "Save");
  return html(document, "details", { class: "palette-save" }, summary, ...buttons, said);
}

function give(document: Document, file: Blob, download: string): void {
  const { URL } = document.defaultView!;
  const href = URL.createObjectURL(file);
  html(document, "a", { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** A name that every system takes as that of a file: letters, digits, `.`, `_` and `-`, at most 80 of them. */
export function fileName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N}._]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "");
  return plain.slice(0, 80) || "figure";
}
