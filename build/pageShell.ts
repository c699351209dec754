import { formatMinute } from "../cells/formatMinute.ts";
import { contentSecurityPolicy } from "./contentSecurityPolicy.ts";
import type { TrashedNotebook } from "./notebookFolder.ts";
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
  /** Address of the cluster that the server was started for. */
  cluster?: string;
}

const mark = `<svg class="mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><circle cx="7" cy="16" r="4.5"/><circle cx="17" cy="16" r="4.5"/><circle cx="12" cy="7.5" r="4.5"/></svg>`;

/** The page of a notebook; its script fills it. */
export function notebookPage({
  mode,
  name,
  title,
  script,
  style,
  notebook,
  version = "",
  cluster,
}: NotebookPage): string {
  return shell(
    {
      mode,
      title: `${title} · Palette`,
      style,
      attributes: `data-notebook="${escapeHtml(notebook)}" data-name="${escapeHtml(name)}" data-version="${escapeHtml(version)}"${cluster ? ` data-cluster="${escapeHtml(cluster)}"` : ""}`,
    },
    `<a class="skip" href="#notebook">Skip to the notebook</a>
<header class="bar">
  <nav aria-label="Notebooks"><a class="brand" href="./">${mark}Palette</a><span class="crumb" aria-current="page">${escapeHtml(title)}</span></nav>
  <a id="progress" class="progress" href="#notebook">Loading…</a>
  <div class="notebook-tools" role="group" aria-label="Ways through the notebook">
    <button id="map-button" type="button" aria-pressed="false" aria-controls="map">Map</button>
    <button id="find-button" type="button">Find</button>
    <button id="commands-button" type="button">Commands</button>
    <button id="code" type="button" aria-pressed="false">Code</button>
    <button id="share" type="button">Share</button>
  </div>
  <label class="engine" for="theme"><span class="word">Colours</span> <select id="theme"></select></label>
  <label class="engine" for="engine"><span id="engine-state" class="engine-state" data-state="idle" title="not started"></span><span class="word">Engine</span> <select id="engine"></select></label>
</header>
<p id="announcement" class="unseen" role="status"></p>
<p id="notice" class="notice" role="alert" hidden></p>
<p id="safe" class="notice" role="alert" hidden></p>
<p id="saving" class="notice" role="alert" hidden></p>
<p id="unstarted" class="notice late">The notebook has not started. Pages opened as files cannot load their scripts: serve this folder with any web server, such as <code>npx http-server</code>, and open that address.</p>
<main id="notebook" tabindex="-1" aria-label="${escapeHtml(title)}"><noscript><p>This notebook runs in the page and needs JavaScript.</p></noscript></main>
<nav id="map" class="map" aria-label="Map of cells" hidden></nav>
<nav id="contents" class="contents" aria-label="Contents" hidden></nav>
<script type="module" src="${escapeHtml(script)}"></script>`,
  );
}

/** What the list of notebooks has where a server is behind it: notebooks can be made, renamed, deleted and restored. */
export interface LiveIndex {
  script: string;
  trash: readonly TrashedNotebook[];
}

/** The list of notebooks. */
export function indexPage(style: string, notebooks: readonly NotebookSummary[], live?: LiveIndex): string {
  const tools = (name: string, title: string) =>
    ["Duplicate", "Rename", "Delete"].map((text) => button(text, name, title)).join("\n");
  const items = notebooks.map(
    ({ name, title, paragraph }) =>
      `<li><h2><a href="./${encodeURIComponent(name)}.html">${escapeHtml(title)}</a></h2>${paragraph ? `<p>${escapeHtml(paragraph)}</p>` : ""}${live ? `<div class="index-tools" role="group" aria-label="${escapeHtml(name)}">${tools(name, title)}</div>` : ""}</li>`,
  );
  const list =
    items.length > 0
      ? `<ul class="notebooks">\n${items.join("\n")}\n</ul>`
      : `<p>There are no notebooks in this folder yet.</p>`;
  return shell(
    { mode: live ? "live" : "static", title: "Palette", style, attributes: "" },
    `<header class="bar"><nav aria-label="Notebooks"><a class="brand" href="./" aria-current="page">${mark}Palette</a></nav></header>
<main class="index">
<h1>Notebooks</h1>
<p class="lead">From distributed traces to a system topology, judged on latency distributions.</p>
${live ? `<p id="notice" class="notice" role="alert" hidden></p>\n<div class="index-tools">${button("New", "", "")}<label>notebook, <select id="template"></select></label></div>` : ""}
${list}
${live ? trashList(live.trash) : ""}
</main>
${live ? `<script type="module" src="${escapeHtml(live.script)}"></script>` : ""}`,
  );
}

function trashList(trash: readonly TrashedNotebook[]): string {
  if (trash.length === 0) return "";
  const items = trash.map(
    ({ entry, name, deletedAt }) =>
      `<li>${escapeHtml(name)}, deleted ${formatMinute(deletedAt)} ${button("Restore", entry, "", name)}</li>`,
  );
  return `<details class="trash"><summary>Trash, ${trash.length}</summary><ul>\n${items.join("\n")}\n</ul></details>`;
}

/** A button that the script of the list knows by its text. */
function button(text: string, name: string, title: string, label = name): string {
  const said = `${text} ${label || "notebook"}`;
  return `<button type="button" data-action="${text.toLowerCase()}" data-name="${escapeHtml(name)}" data-title="${escapeHtml(title)}" aria-label="${escapeHtml(said)}">${text}</button>`;
}

/** A page that only says something, for errors of the server. */
export function messagePage(style: string, title: string, message: string): string {
  return shell(
    { mode: "live", title: `${title} · Palette`, style, attributes: "" },
    `<main class="index"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p></main>`,
  );
}

/** A page that leads on to another one by itself. */
export function onwardPage(to: string): string {
  return shell(
    { mode: "live", title: "Opening again · Palette", style: "", attributes: "", to },
    `<main><h1>Opening the notebook again</h1><p><a href="${escapeHtml(to)}">Go on</a></p></main>`,
  );
}

interface Shell {
  /** Where the page leads on to. */
  to?: string;
  mode: PageMode;
  title: string;
  style: string;
  attributes: string;
}

function shell({ mode, title, style, attributes, to }: Shell, body: string): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">\n`;
  return `<!doctype html>
<html lang="en" data-mode="${mode}"${attributes ? ` ${attributes}` : ""}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${to === undefined ? "" : `<meta http-equiv="refresh" content="0; url=${escapeHtml(to)}">\n`}${mode === "static" ? policy : ""}<title>${escapeHtml(title)}</title>
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
