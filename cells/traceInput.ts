import type { Engine } from "../lib/engine/engine.ts";
import { droppedFolder, type GivenFile, takesFiles } from "../lib/engine/fileIntake.ts";
import { dataSets } from "./dataSets.ts";
import { givenFiles, pickedFiles } from "./givenFiles.ts";
import { html } from "./html.ts";
import { publicTracesTable } from "./publicTraces.ts";
import type { ChosenSource } from "./traceSource.ts";

/** The choice of traces as an input: `input` tells of a change. */
export interface TraceInput extends HTMLFormElement {
  value: ChosenSource;
}

/** Tells the suggestions of one page's inputs apart. */
let inputs = 0;

/**
 * The choice of traces that notebooks begin with: a ready data set, a path (with what lies there, where the engine knows),
 * or files that are picked, or dropped anywhere on the page; below, where public traces are. What was chosen last counts.
 * @param set the ready data set at first
 */
export function traceInput(engine: Engine, { document, set }: { document: Document; set?: string }): TraceInput {
  const intake = takesFiles(engine) ? engine : undefined;
  const select = html(document, "select", { id: `palette-set-${++inputs}` });
  for (const { id, title } of dataSets) select.append(html(document, "option", { value: id }, title));
  const list = html(document, "datalist", { id: `palette-paths-${inputs}` });
  const path = html(document, "input", {
    ...{ type: "text", id: `palette-path-${inputs}`, placeholder: "a file, a folder or a glob", list: list.id },
    ...{ autocomplete: "off", spellcheck: "false" },
  });
  const picker = html(document, "input", { type: "file", multiple: "", hidden: "", "aria-label": "Files of traces" });
  const choose = html(document, "button", { type: "button" }, "Choose files…");
  const said = html(document, "p", { class: "palette-note", role: "status" });
  const rest = `${intake?.intake ?? ""} They can be dropped anywhere on this page.`;
  const form = html(
    document,
    "form",
    { class: "palette-traces" },
    html(document, "label", { for: select.id }, "Data set"),
    select,
    html(document, "label", { for: path.id }, "or your own files"),
    html(
      document,
      "span",
      { class: "palette-path" },
      ...[path, list, html(document, "button", { type: "submit" }, "Read")],
      ...(intake ? [choose, picker] : []),
    ),
    said,
    html(
      document,
      "details",
      {},
      html(document, "summary", {}, "Public traces, and how to get them"),
      publicTracesTable({ document }),
    ),
  ) as unknown as TraceInput;
  let files: string[] = [];
  let giving = new AbortController();

  const stop = html(document, "button", { type: "button" }, "Stop");
  const say = (text: string, isCopying = false) => {
    said.textContent = text || (intake ? rest : "");
    said.hidden = said.textContent === "";
    if (isCopying) said.append(" ", stop);
  };
  const changed = () => form.dispatchEvent(new (document.defaultView?.Event ?? Event)("input", { bubbles: true }));
  /** What was chosen before counts no longer, and what is still being copied is not waited for. */
  const forget = () => {
    giving.abort(new Error("something else was chosen"));
    files = [];
    say("");
  };
  const show = (value: Partial<ChosenSource>) => {
    forget();
    if (dataSets.some(({ id }) => id === value.set)) select.value = value.set!;
    path.value = value.path ?? "";
    const gone = (value.files ?? []).filter((file) => file.startsWith(droppedFolder));
    files = (value.files ?? []).filter((file) => !file.startsWith(droppedFolder));
    if (gone.length > 0) say("Files that were dropped on another page are no longer there: drop them again.");
    else if (files.length > 0) say(`Reads ${files.join(", ")}.`);
  };
  const give = async (pending: GivenFile[] | Promise<GivenFile[]>) => {
    if (!intake) return;
    forget();
    giving = new AbortController();
    const { signal } = giving;
    try {
      const given = await pending;
      if (given.length === 0) throw new Error("there are no files in what was dropped");
      const names = given.length === 1 ? given[0]!.path : `${given.length} files`;
      say(`Taking ${names}…`, true);
      const taken = await intake.take(given, { signal });
      if (signal.aborted) return;
      path.value = "";
      files = taken;
      say(`Reads ${names}.`);
      changed();
    } catch (error) {
      if (!signal.aborted) say(error instanceof Error ? error.message : String(error));
    }
  };
  const suggest = async () => {
    const folder = path.value.slice(0, path.value.lastIndexOf("/") + 1);
    if (!intake || list.dataset.folder === folder) return;
    list.dataset.folder = folder;
    const entries = await intake.entries(folder).catch(() => []);
    if (list.dataset.folder !== folder) return;
    const value = ({ name, isFolder }: (typeof entries)[number]) => `${folder}${name}${isFolder ? "/" : ""}`;
    list.replaceChildren(...entries.map((entry) => html(document, "option", { value: value(entry) })));
  };
  // What is typed is no choice yet.
  path.addEventListener("input", (event) => {
    event.stopPropagation();
    void suggest();
  });
  path.addEventListener("focus", suggest, { once: true });
  select.addEventListener("input", (event) => {
    event.stopPropagation();
    forget();
    path.value = "";
    changed();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    forget();
    changed();
  });
  stop.addEventListener("click", () => {
    giving.abort(new Error("stopped"));
    say("Stopped: nothing was taken.");
  });
  choose.addEventListener("click", () => picker.click());
  picker.addEventListener("input", (event) => event.stopPropagation());
  picker.addEventListener("change", () => {
    if (picker.files?.length) void give(pickedFiles([...picker.files]));
    picker.value = "";
  });
  if (intake) followDrops(form, (dropped) => void give(givenFiles(dropped)));
  Object.defineProperty(form, "value", {
    get: (): ChosenSource => ({ set: select.value, path: path.value.trim(), files }),
    set: show,
  });
  show({ set });
  return form;
}

/** Takes files that are dropped on any part of the page, for as long as the element is in it. */
function followDrops(element: HTMLElement, take: (dropped: DataTransfer) => void): void {
  const { ownerDocument: document } = element;
  const over = (event: DragEvent) => {
    if (!element.isConnected && element.dataset.shown) return stop();
    if (!element.isConnected || !event.dataTransfer?.types.includes("Files")) return;
    element.dataset.shown = "";
    event.preventDefault();
    event.stopPropagation();
    element.classList.toggle("palette-dropping", event.type === "dragover");
    if (event.type === "drop") take(event.dataTransfer);
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) element.classList.remove("palette-dropping");
  };
  const stop = () => {
    for (const name of ["dragover", "drop"] as const) document.removeEventListener(name, over, true);
    document.removeEventListener("dragleave", leave, true);
  };
  for (const name of ["dragover", "drop"] as const) document.addEventListener(name, over, true);
  document.addEventListener("dragleave", leave, true);
}
