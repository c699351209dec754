import MarkdownIt from "markdown-it";
import { readNotebook } from "./readNotebook.ts";

/** What the list of notebooks says about one, as text. */
export interface NotebookSummary {
  name: string;
  title: string;
  /** The first paragraph of its first text, or nothing. */
  paragraph: string;
}

/** Reads a notebook's title and first paragraph; a file that cannot be read has its error for a paragraph. */
export async function notebookSummary(name: string, file: string): Promise<NotebookSummary> {
  try {
    const { title, cells } = await readNotebook(file);
    const texts = cells.filter(({ mode }) => mode === "md").map(({ source }) => firstParagraph(source));
    return { name, title, paragraph: texts.find((text) => text !== "") ?? "" };
  } catch (error) {
    return { name, title: name, paragraph: error instanceof Error ? error.message : String(error) };
  }
}

function firstParagraph(source: string): string {
  const tokens = new MarkdownIt({ html: true }).parse(source.replace(/\$\{[^}]*\}/g, "…"), {});
  const start = tokens.findIndex(({ type, hidden }) => type === "paragraph_open" && !hidden);
  const inline = start < 0 ? [] : (tokens[start + 1].children ?? []);
  return inline
    .map(({ type, content }) => (type.endsWith("break") ? " " : type === "html_inline" ? "" : content))
    .join("")
    .trim();
}
