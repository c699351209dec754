import { html } from "./html.ts";
import { visibleText } from "./visibleText.ts";

/** A line that says what a long step is doing, for as long as it runs. */
export interface ProgressLine extends HTMLElement {
  /** Says what is being done, and its finished share, 0 to 1, where that is known. */
  say: (step: string, share?: number) => void;
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
  line.until = (work) => work.finally(() => line.remove());
  return line;
}
