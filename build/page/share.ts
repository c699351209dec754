import type { CellState } from "./cellState.ts";
import { errorLine } from "./errorLine.ts";
import { freezeOutputs } from "./freezeOutputs.ts";
import { unfinished } from "./frozenPage.ts";

export interface ShareOptions {
  /** The notebook's name, which files are called after. */
  name: string;
  title: () => string;
  /** States of the cells, in their order. */
  states: () => CellState[];
  /** Whether a server can write the notebook as a site. */
  live: boolean;
}

/** Shows the ways to give a notebook to others, with a warning where its outputs are not what follows from it. */
export function showShare({ name, title, states, live }: ShareOptions): void {
  const dialog = document.createElement("dialog");
  dialog.className = "share";
  dialog.setAttribute("aria-label", "Share");
  const heading = document.createElement("h2");
  heading.textContent = "Share";
  const warning = document.createElement("p");
  warning.className = "notice";
  const stale = unfinished(states());
  warning.textContent = `Not everything here is a result: ${stale}. What is shared says so.`;
  warning.hidden = stale === "";
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const way = (label: string, what: string, act: () => Promise<string> | string) => {
    const line = document.createElement("p");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = "Working…";
      try {
        said.textContent = await act();
      } catch (error) {
        said.textContent = `Not done: ${errorLine(error)}`;
      }
      button.disabled = false;
    });
    line.append(button, ` ${what}`);
    return line;
  };
  const ways = [
    way("One file", "the results as they are now, as HTML without scripts, to send or to keep", async () => {
      const page = await freezeOutputs(title(), states());
      download(`${name}.html`, page);
      return `${name}.html is in the downloads.`;
    }),
    ...(live
      ? [
          way(
            "A site",
            "the notebook with its data, engine and fonts, as a folder that works from any web server",
            async () => {
              const response = await fetch(`share/${encodeURIComponent(name)}`, { method: "POST" });
              const text = (await response.text()).trim();
              if (!response.ok) throw new Error(text);
              return `Written to ${text}. Values of inputs are not part of it; a link with them is in the address.`;
            },
          ),
        ]
      : []),
    way("A link", "this page with the values of its inputs, for whoever can open it", async () => {
      await navigator.clipboard.writeText(location.href);
      return "The address is in the clipboard.";
    }),
    way("Paper", "what the page shows, or a PDF of it", () => {
      dialog.close();
      print();
      return "";
    }),
  ];
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading, warning, ...ways, said, close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
