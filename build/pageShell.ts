import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";
import type { NotebookSummary } from "./notebookSummary.ts";

/** Where a page runs: with the local server behind it, or from static files alone. */
export type PageMode = "live" | "static";

export interface NotebookPage {
  mode: PageMode;
  name: string;
  title: string;
  /** Addresses relative to the page. */
  script: string;
  style: string;
  notebook: string;
  /** Of the page itself, where it may change. */
  version?: string;
}

const mark = `<svg class="mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="7" cy="16" r="4.5"/><circle cx="17" cy="16" r="4.5"/><circle cx="12" cy="7.5" r="4.5"/></svg>`;

/** The page of a notebook; its script fills it. */
export function notebookPage({ mode, name, title, script, style, notebook, version = "" }: NotebookPage): string {
  return shell(
    {
      mode,
      title: `${title} · Palette`,
      style,
      attributes: `data-notebook="${escapeHtml(notebook)}" data-name="${escapeHtml(name)}" data-version="${escapeHtml(version)}"`,
    },
    `<a class="skip" href="#notebook">Skip to the notebook</a>
<header class="bar">
  <nav aria-label="Notebooks"><a class="brand" href="./">${mark}Palette</a><span class="crumb" aria-current="page">${escapeHtml(title)}</span></nav>
  <a id="progress" class="progress" href="#notebook">Loading…</a>
  <button id="code" type="button" aria-pressed="false">Code</button>
  <label class="engine" for="theme">Colours <select id="theme"></select></label>
  <label class="engine" for="engine"><span id="engine-state" class="engine-state" data-state="idle" title="not started"></span>Engine <select id="engine"></select></label>
</header>
<p id="announcement" class="unseen" role="status"></p>
<p id="notice" class="notice" role="alert" hidden></p>
<p id="safe" class="notice" role="alert" hidden></p>
<p id="saving" class="notice" role="alert" hidden></p>
<p id="unstarted" class="notice late">The notebook has not started. Pages opened as files cannot load their scripts: serve this folder with any web server, such as <code>npx http-server</code>, and open that address.</p>
<main id="notebook" tabindex="-1" aria-label="${escapeHtml(title)}"><noscript><p>This notebook runs in the page and needs JavaScript.</p></noscript></main>
<nav id="contents" class="contents" aria-label="Contents" hidden></nav>
<script type="module" src="${escapeHtml(script)}"></script>`,
  );
}

/** The list of notebooks. */
export function indexPage(mode: PageMode, style: string, notebooks: readonly NotebookSummary[]): string {
  const items = notebooks.map(
    ({ name, title, paragraph }) =>
      `<li><h2><a href="./${encodeURIComponent(name)}.html">${escapeHtml(title)}</a></h2>${paragraph ? `<p>${escapeHtml(paragraph)}</p>` : ""}</li>`,
  );
  const list =
    items.length > 0
      ? `<ul class="notebooks">\n${items.join("\n")}\n</ul>`
      : `<p>There are no notebooks in this folder yet.</p>`;
  return shell(
    { mode, title: "Palette", style, attributes: "" },
    `<header class="bar"><nav aria-label="Notebooks"><a class="brand" href="./" aria-current="page">${mark}Palette</a></nav></header>
<main class="index">
<h1>Notebooks</h1>
<p class="lead">From distributed traces to a system topology, judged on latency distributions.</p>
${list}
</main>`,
  );
}

/** A page that only says something, for errors of the server. */
export function messagePage(style: string, title: string, message: string): string {
  return shell(
    { mode: "live", title: `${title} · Palette`, style, attributes: "" },
    `<main class="index"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p></main>`,
  );
}

interface Shell {
  mode: PageMode;
  title: string;
  style: string;
  attributes: string;
}

function shell({ mode, title, style, attributes }: Shell, body: string): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">\n`;
  return `<!doctype html>
<html lang="en" data-mode="${mode}"${attributes ? ` ${attributes}` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${mode === "static" ? policy : ""}<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:image/svg+xml,${icon}">
${style ? `<link rel="stylesheet" href="${escapeHtml(style)}">\n` : ""}</head>
<body>
${body}
</body>
</html>
`;
}

const icon = encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="7" cy="16" r="4.5" fill="#0068a8"/><circle cx="17" cy="16" r="4.5" fill="#d97a00"/><circle cx="12" cy="7.5" r="4.5" fill="#2f8f86"/></svg>`,
);

/** Text for HTML, in elements and in quoted attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
