import list from "../datasets/public.json" with { type: "json" };
import { html } from "./html.ts";

/** Traces that others have published, and how to get them. */
export interface PublicTraces {
  title: string;
  /** What they hold, in a phrase. */
  holds: string;
  size: string;
  licence: string;
  /** Where they are. */
  address: string;
  /** What to do there. */
  how: string;
  /** The name that `--format` takes; found from the content. */
  format: string;
}

export const publicTraces: readonly PublicTraces[] = list;

/** Lists the public traces with licence, size and how to get them; nothing is fetched. */
export function publicTracesTable({ document }: { document: Document }): HTMLElement {
  const row = (name: "th" | "td", cells: (string | Node)[]) =>
    html(document, "tr", {}, ...cells.map((cell) => html(document, name, name === "th" ? { scope: "col" } : {}, cell)));
  const link = (href: string) =>
    html(document, "a", { href, rel: "noreferrer", target: "_blank" }, href.replace("https://", ""));
  const rows = publicTraces.map(({ title, holds, size, licence, address, how, format }) =>
    row("td", [title, holds, size, licence, html(document, "span", {}, link(address), `: ${how}`), format]),
  );
  return html(
    document,
    "div",
    { class: "palette-table palette-wrapping" },
    html(
      document,
      "table",
      {},
      html(
        document,
        "thead",
        {},
        row("th", ["traces", "what they hold", "size", "licence", "how to get them", "format"]),
      ),
      html(document, "tbody", {}, ...rows),
    ),
  );
}
