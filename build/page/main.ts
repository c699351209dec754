import { builtins } from "./builtins.ts";
import type { BuiltCell } from "./builtNotebook.ts";
import { StoppedRun } from "./cellRun.ts";
import type { CellState } from "./cellState.ts";
import { showContents } from "./contents.ts";
import type { NotebookEditor } from "./editing/notebookEditor.ts";
import { showEngine } from "./engineSwitch.ts";
import { engines } from "./engines.ts";
import { followChanges } from "./followChanges.ts";
import { frozenText } from "./frozenText.ts";
import { HeldCells } from "./heldCells.ts";
import { NewestNotebook } from "./newestNotebook.ts";
import { NotebookView } from "./notebookView.ts";
import { observe } from "./observe.ts";
import { pageEngines } from "./pageEngines.ts";
import { plainValue } from "./plainValue.ts";
import { progressOf } from "./progress.ts";
import { RunNote } from "./runNote.ts";
import { serverCache } from "./serverCache.ts";
import { NotebookShell } from "./shell/notebookShell.ts";
import { showTheme } from "./themeSwitch.ts";
import { ViewState } from "./viewState.ts";
import { openedAnew } from "./watch/openedAnew.ts";
import { watchPage } from "./watch/watchPage.ts";

const { mode, notebook: address = "", name = "", cluster } = document.documentElement.dataset;
const main = element("notebook");
const progress = element("progress") as HTMLAnchorElement;
const announcement = element("announcement");

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

// What an abandoned run of a cell had under way ends with this, and nobody is left to catch it.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof StoppedRun) event.preventDefault();
});
element("unstarted").remove();
showTheme(element("theme") as HTMLSelectElement);
const [first, ...others] = pageEngines(mode === "static" ? "static" : "live", cluster);
const chosen = showEngine([first, ...others], element("engine") as HTMLSelectElement, element("engine-state"));
/** By address; where two have the same, the chosen or the preferred one has it. */
const byAddress = [...others, first, chosen].map(({ address, open }) => [address, open] as const);

const width = () =>
  observe<number>((notify) => {
    let last = 0;
    const observer = new ResizeObserver(([{ contentRect }]) => {
      const width = Math.round(contentRect.width);
      // A page that is being hidden or closed has none, and most changes are of the height.
      if (width > 0 && width !== last) notify(width);
      last = width || last;
    });
    observer.observe(main);
    return () => observer.disconnect();
  });

const place = `${location.pathname} ${name}`;
const held = new HeldCells(`palette held ${place}`);
const note = new RunNote(`palette running ${place}`);
addEventListener("pagehide", () => note.clear());
const frozen = await note.frozen();
for (const id of frozen) held.hold(id);
const here = new URL(location.href);
const isOpenedAnew = here.searchParams.has(openedAnew);
if (isOpenedAnew) {
  here.searchParams.delete(openedAnew);
  history.replaceState(history.state, "", here);
}
if (frozen.length > 0 || isOpenedAnew) {
  const safe = element("safe");
  safe.textContent = frozenText(frozen, isOpenedAnew);
  safe.hidden = false;
}

/** Seconds for which the page may be silent before it is opened anew. */
let patience = Number(here.searchParams.get("patience") ?? 20);

const viewState = new ViewState({
  address: () => new URL(location.href),
  replace: (url) => history.replaceState(history.state, "", url),
  push: (url) => history.pushState(null, "", url),
});
addEventListener("popstate", () => viewState.return());
const runtime = {
  builtins: builtins({
    engines: engines(Object.fromEntries(byAddress)),
    engine: chosen.address,
    cache: mode === "static" ? undefined : serverCache,
    width,
  }),
  held: (cell: BuiltCell) => held.reason(cell) ?? (cell.lazy ? "it runs when it is asked to" : undefined),
  onCall: (id: number) => note.begin(id),
  onReturn: () => note.returned(),
  onView: (id: number, element: EventTarget, index: number) => viewState.follow(`${id}.${index}`, element),
};
const onStates = (states: CellState[]) => {
  note.update(states);
  shell.showStates(states);
  const { text, cell, settled, failed } = progressOf(states);
  progress.textContent = text;
  progress.href = cell === undefined ? "#notebook" : `#cell-${cell}`;
  progress.dataset.state = settled ? (failed ? "failed" : "done") : "running";
  if (settled) announcement.textContent = text;
  if (settled && !hasSettled) {
    hasSettled = true;
    // The cell that the address names was not there yet when the browser looked for it.
    const isAtTop = scrollY === 0;
    if (/^#cell-\d+$/.test(location.hash) && isAtTop) document.querySelector(location.hash)?.scrollIntoView();
  }
};
let hasSettled = false;
const view = new NotebookView(main, runtime, onStates, (id) => {
  // Who asks for a cell that has frozen a page gives it time.
  if (held.release(id)) patience *= 8;
});

const shell = new NotebookShell({
  ...{ view, main, map: element("map") },
  buttons: { map: element("map-button"), find: element("find-button"), commands: element("commands-button") },
  commands: () => [
    { name: isCodeShown() ? "Hide the code of all cells" : "Show the code of all cells", run: () => code.click() },
    { name: "Print", run: () => print() },
    { name: "List of notebooks", run: () => location.assign("./") },
  ],
});

/** For the console and for tests: the states of the cells, and their named values as plain data. */
Object.assign(globalThis, {
  palette: {
    states: () => view.runtime.states(),
    values: () =>
      Object.fromEntries(
        view.runtime.names().flatMap(({ name, value, fulfilled }) => {
          const plain = fulfilled ? plainValue(value) : undefined;
          return plain === undefined ? [] : [[name, plain]];
        }),
      ),
  },
});

const newest = new NewestNotebook((notebook) => {
  document.title = `${notebook.title} · Palette`;
  view.update(notebook);
  shell.update();
  void editor?.update();
});
let editor: NotebookEditor | undefined;

const code = element("code");
const showCode = (shown: boolean) => {
  document.body.classList.toggle("show-code", shown);
  code.setAttribute("aria-pressed", String(shown));
};
const isCodeShown = () => code.getAttribute("aria-pressed") === "true";
code.addEventListener("click", () => showCode(!isCodeShown()));

element("share").addEventListener("click", async () => {
  const { showShare } = await import("./share.ts");
  const order = (id: number) => [...main.children].findIndex((cell) => cell.id === `cell-${id}`);
  showShare({
    name,
    title: () => document.title,
    states: () => view.runtime.states().sort((a, b) => order(a.id) - order(b.id)),
    live: mode === "live",
  });
});

showContents(element("contents"), main);
// A browser that has no such workers, as in private windows, leaves the page unwatched.
if (mode === "live") watchPage(() => patience).catch(() => {});
const wanted = newest.want(address);
if (mode === "live") followChanges(name, newest, element("notice"));
await wanted;
// The bundler leaves the editor out of pages without a server.
if (process.env.PALETTE_PAGES !== "static" && mode === "live") {
  const saving = element("saving");
  const { NotebookEditor } = await import("./editing/notebookEditor.ts");
  const opened = new NotebookEditor(main, view, name, (text) => {
    saving.textContent = text;
    saving.hidden = text === "";
  });
  await opened.start();
  editor = opened;
  shell.edit(opened);
}
