import type { CachedResult } from "./cachedResult.ts";
import { formatMinute } from "./formatMinute.ts";
import { html } from "./html.ts";
import { visibleText } from "./visibleText.ts";

/** A line that says what a long step is doing, for as long as it runs. */
export interface ProgressLine extends HTMLElement {
  /** Says what is being done, and its finished share, 0 to 1, where that is known. */
  say: (step: string, share?: number) => void;
  /** Says, for as long as the line would be gone, that the result is from the cache, with a button to clear that. */
  cached: (result: CachedResult) => void;
  /** Takes the line away once the work has ended, however it did; the result is the work's. */
  until: <T>(work: Promise<T>) => Promise<T>;
}

export function progressLine({ document, text = "" }: { document: Document; text?: string }): ProgressLine {
  const label = html(document, "span", {}, text);
  const bar = html(document, "progress", { max: 1, "aria-label": "Progress" });
  const line = html(
    document,
    "div",
    { class: "palette-progress", role: "status" },
    bar,
    label,
  ) as unknown as ProgressLine;
  line.say = (step, share) => {
    label.textContent = visibleText(step);
    if (share === undefined) bar.removeAttribute("value");
    else bar.value = share;
  };
  let note: HTMLElement | undefined;
  line.cached = (result) => {
    note = cacheNote(document, result);
  };
  line.until = (work) => work.finally(() => (note ? line.replaceWith(note) : line.remove()));
  return line;
}

function cacheNote(document: Document, { savedAt, clear }: CachedResult): HTMLElement {
  const button = html(document, "button", { type: "button", class: "palette-button" }, "Clear the cache");
  const text = html(document, "span", {}, `From the cache, computed ${formatMinute(savedAt)}. `);
  button.addEventListener("click", async () => {
    await clear();
    text.textContent = "The cache is clear: the next run computes anew.";
    button.remove();
  });
  return html(document, "p", { class: "palette-note palette-cached", role: "status" }, text, button);
}
