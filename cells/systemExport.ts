import { withExportedList } from "../lib/export/exportedList.ts";
import type { RuntimeFiles } from "../lib/export/go/exportGo.ts";
import { targets } from "../lib/export/targets.ts";
import { zipExport } from "../lib/export/zipExport.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { html } from "./html.ts";
import { visibleText } from "./visibleText.ts";

/** The folders of the File System Access API, which not every browser has. */
interface Folder {
  getDirectoryHandle(name: string, options: { create: true }): Promise<Folder>;
  getFileHandle(name: string, options: { create: true }): Promise<{ createWritable(): Promise<WritableStream> }>;
  entries(): AsyncIterable<unknown>;
}

/**
 * Buttons that export a topology as a system that runs, for plain Go or for Blueprint: as a zip, or into an empty folder
 * where the browser can write into folders.
 */
export function systemExport(topology: Topology, { document }: { document: Document }): HTMLElement {
  const view = document.defaultView as (Window & { showDirectoryPicker?(options: object): Promise<Folder> }) | null;
  const said = html(document, "p", { class: "palette-note", role: "status" });
  const attempt = (label: string, work: () => Promise<string>) => {
    const button = html(document, "button", { type: "button" }, label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        said.textContent = visibleText(await work());
      } catch (error) {
        said.textContent = visibleText(`not exported: ${error instanceof Error ? error.message : error}`);
      } finally {
        button.disabled = false;
      }
    });
    return button;
  };
  const buttons = Object.entries(targets).flatMap(([target, { label, make, own }]) => {
    const exported = async () => withExportedList(make(topology, await runtimeFiles(document)), own);
    const name = `system-${target}`;
    const zip = attempt(`${label}, zip`, async () => {
      const files = await exported();
      give(document, zipExport(files, name), `${name}.zip`);
      return `${name}.zip: ${files.size} files`;
    });
    if (!view?.showDirectoryPicker) return [zip];
    const folder = attempt(`${label}, into a folder…`, async () => {
      // The picker must be asked for at once, while the click counts.
      const chosen = await view.showDirectoryPicker!({ id: "palette-export", mode: "readwrite" });
      const files = await exported();
      await writeInto(chosen, files);
      return `${files.size} files are in the folder`;
    });
    return [zip, folder];
  });
  return html(
    document,
    "div",
    { class: "palette-export" },
    html(document, "div", { class: "palette-path" }, ...buttons),
    said,
  );
}

/** The runtime that exports copy, as it lies beside the page. */
async function runtimeFiles(document: Document): Promise<RuntimeFiles> {
  const response = await fetch(new URL("assets/go-runtime.json", document.baseURI));
  if (!response.ok) throw new Error("the runtime is not beside this page");
  return new Map(Object.entries((await response.json()) as Record<string, string>));
}

async function writeInto(folder: Folder, files: ReadonlyMap<string, string>): Promise<void> {
  for await (const _ of folder.entries()) throw new Error("the folder is not empty");
  for (const [path, text] of files) {
    const names = path.split("/");
    const last = names.pop()!;
    let at = folder;
    for (const name of names) at = await at.getDirectoryHandle(name, { create: true });
    const writer = (await (await at.getFileHandle(last, { create: true })).createWritable()).getWriter();
    await writer.write(text);
    await writer.close();
  }
}

function give(document: Document, bytes: Uint8Array<ArrayBuffer>, download: string): void {
  const { URL } = document.defaultView!;
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/zip" }));
  html(document, "a", { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
