import type { CellState } from "./cellState.ts";
import { type FrozenCell, frozenPage } from "./frozenPage.ts";

/** The page as it is now, as one HTML file: outputs, values of inputs, style and fonts. */
export async function freezeOutputs(title: string, states: readonly CellState[]): Promise<string> {
  const cells = states.map(({ id, status, error }): FrozenCell => {
    const cell = document.getElementById(`cell-${id}`);
    const output = cell?.querySelector(":scope > .output");
    return { id, mode: cell?.dataset.mode ?? "js", status, error, html: output ? frozenHtml(output) : "" };
  });
  return frozenPage(title, cells, await embeddedStyle());
}

/** An element's content with the values of its inputs, without scripts, and with what was drawn on canvases as images. */
function frozenHtml(output: Element): string {
  const copy = output.cloneNode(true) as Element;
  const fields = "input, select, textarea, canvas";
  const originals = output.querySelectorAll(fields);
  for (const [i, field] of copy.querySelectorAll(fields).entries()) {
    const original = originals[i]!;
    if (original instanceof HTMLInputElement) {
      field.setAttribute("value", original.value);
      field.toggleAttribute("checked", original.checked);
    } else if (original instanceof HTMLSelectElement) {
      for (const [j, option] of [...field.querySelectorAll("option")].entries())
        option.toggleAttribute("selected", original.options[j]!.selected);
    } else if (original instanceof HTMLTextAreaElement) field.textContent = original.value;
    else if (original instanceof HTMLCanvasElement) {
      const image = document.createElement("img");
      image.alt = original.getAttribute("aria-label") ?? "";
      image.src = original.toDataURL();
      field.replaceWith(image);
    }
  }
  for (const element of copy.querySelectorAll("script, iframe, object, embed, .palette-save")) element.remove();
  return copy.innerHTML;
}

/** The page's style sheet, with its fonts in it. */
async function embeddedStyle(): Promise<string> {
  const link = document.querySelector<HTMLLinkElement>("link[rel=stylesheet]");
  if (!link) return "";
  const style = await (await fetch(link.href)).text();
  const fonts = new Set(Array.from(style.matchAll(/url\(["']?([^"')]+\.woff2)["']?\)/g), ([, path]) => path!));
  let embedded = style;
  for (const path of fonts) {
    const bytes = new Uint8Array(await (await fetch(new URL(path, link.href))).arrayBuffer());
    let binary = "";
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    embedded = embedded.replaceAll(path, `data:font/woff2;base64,${btoa(binary)}`);
  }
  return embedded;
}
