/** What a cell showed. */
export interface FrozenCell {
  id: number;
  mode: string;
  /** `done`, or why what it shows is no result. */
  status: string;
  error?: string;
  html: string;
}

/**
 * One HTML file with what a notebook showed: its outputs and its style, without any script and without an address to load
 * from, so that it opens from a disk or a mail. A note at the top names the cells whose outputs are no results.
 * @param style CSS, with fonts as `data:` addresses
 */
export function frozenPage(title: string, cells: readonly FrozenCell[], style: string): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(title)}</title>
<style>${style}
.palette-tools, .palette-save { display: none }</style>
<body>
<main>
${warning(cells)}${cells.map(section).join("\n")}
</main>
</html>
`;
}

/** Names the cells whose outputs are not what follows from the notebook, or is empty where all are. */
export function unfinished(cells: readonly Pick<FrozenCell, "id" | "status">[]): string {
  const stale = cells.filter(({ status }) => status === "stale").map(({ id }) => `cell ${id}`);
  const rest = cells.filter(({ status }) => status !== "done" && status !== "stale").map(({ id }) => `cell ${id}`);
  const parts = [
    ...(stale.length > 0 ? [`${stale.join(", ")} ${stale.length > 1 ? "are" : "is"} stale`] : []),
    ...(rest.length > 0 ? [`${rest.join(", ")} failed or did not finish`] : []),
  ];
  return parts.join("; ");
}

function warning(cells: readonly FrozenCell[]): string {
  const text = unfinished(cells);
  return text && `<p class="notice" role="alert">Not everything here is a result: ${text}.</p>\n`;
}

/** Inputs stay to be read, but there is nothing behind them. */
function section({ id, mode, html, status, error }: FrozenCell): string {
  const message = status === "done" ? "" : `<p class="message">Cell ${id}: ${escapeHtml(error ?? status)}</p>`;
  const shown = html.replaceAll("<form ", "<form inert ");
  return `<section class="cell" id="cell-${id}" data-mode="${mode}" data-status="${status === "done" ? "done" : "failed"}"><div class="output">${shown}</div>${message}</section>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
