import { showKeys } from "./keys.ts";

/** The tools of a notebook as a whole, for those who point. */
export function notebookTools(actions: { undo(): void; redo(): void; addCell(): void }): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "notebook-tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Notebook");
  const tools: [text: string, label: string, action: () => void][] = [
    ["↶", "Undo", actions.undo],
    ["↷", "Redo", actions.redo],
    ["+ cell", "Add a cell", actions.addCell],
    ["?", "Keys", showKeys],
  ];
  for (const [text, label, action] of tools) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", action);
    bar.append(button);
  }
  return bar;
}
