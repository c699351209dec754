import { visibleText } from "./visibleText.ts";

/** Estimated width of a text in px in a sans-serif face of this size; there is no layout to ask outside a page. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const c of text) {
    if (/[iljtfrI.,:;|'!()[\] ]/.test(c)) width += 0.34;
    else if (/[mwMW@%—]/.test(c)) width += 0.9;
    else if (/[A-Z0-9_=+~<>#&?×]/.test(c)) width += 0.66;
    else width += c.codePointAt(0)! > 0x2e7f ? 1.05 : 0.57;
  }
  return width * size;
}

/**
 * The text where it fits into this width (px), else its beginning and its end around `…`: names of APIs differ at
 * their ends more often than at their beginnings.
 */
export function fitText(text: string, width: number, size: number): string {
  const line = visibleText(text.length > 400 ? `${text.slice(0, 200)}${text.slice(-200)}` : text).replace(/\s+/g, " ");
  if (text.length <= 400 && textWidth(line, size) <= width) return line;
  const characters = [...line];
  let head = 0;
  let tail = 0;
  let used = textWidth("…", size) + 1;
  while (head + tail < characters.length) {
    const fromHead = head <= tail * 0.8;
    const next = textWidth(fromHead ? characters[head]! : characters[characters.length - 1 - tail]!, size);
    if (used + next > width) break;
    used += next;
    if (fromHead) head++;
    else tail++;
  }
  return `${characters.slice(0, head).join("")}…${characters.slice(characters.length - tail).join("")}`;
}
