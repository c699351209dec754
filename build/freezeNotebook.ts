import { openPageBundler } from "./bundlePages.ts";
import type { CellResult, NotebookResult } from "./runNotebook.ts";

/**
 * One HTML file with what a notebook showed: its outputs, its style and its fonts, without any script and without an
 * address to load from, so that it opens from a disk or a mail. A note at the top names the cells that did not finish.
 */
export async function freezeNotebook({ title, cells }: NotebookResult): Promise<string> {
  const bundler = await openPageBundler(new Map(), { minify: true });
  let style: string;
  try {
    const { files, style: path } = await bundler.build();
    const fonts = [...files].filter(([name]) => name.endsWith(".woff2"));
    style = new TextDecoder().decode(files.get(path));
    for (const [name, bytes] of fonts)
      style = style.replaceAll(`./${name}`, `data:font/woff2;base64,${Buffer.from(bytes).toString("base64")}`);
  } finally {
    await bundler.close();
  }
  const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${style}
.palette-tools { display: none }</style>
<body>
<main>
${warning(cells)}${cells.map(section).join("\n")}
</main>
</html>
`;
}

function warning(cells: readonly CellResult[]): string {
  const unfinished = cells.filter(({ status }) => status !== "done").map(({ id }) => `cell ${id}`);
  if (unfinished.length === 0) return "";
  return `<p class="notice" role="alert">Not everything here is a result: ${unfinished.join(", ")} failed or did not finish.</p>\n`;
}

/** Inputs stay to be read, but there is nothing behind them. */
function section({ id, mode, html, status, error }: CellResult): string {
  const message = status === "done" ? "" : `<p class="message">Cell ${id}: ${escapeHtml(error ?? status)}</p>`;
  const shown = html.replaceAll("<form ", "<form inert ");
  return `<section class="cell" id="cell-${id}" data-mode="${mode}" data-status="${status === "done" ? "done" : "failed"}"><div class="output">${shown}</div>${message}</section>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
