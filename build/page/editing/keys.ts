/** What the keys do, in the order of the help. */
export const keys: readonly (readonly [keys: string, what: string])[] = [
  ["Enter", "edit the cell"],
  ["Escape", "leave the editor; the text stays there"],
  ["Shift + Enter", "run the cell and go to the next"],
  ["Ctrl or ⌘ + Enter", "run the cell"],
  ["↑ ↓", "go to the cell above or below"],
  ["Alt + ↑ ↓", "move the cell"],
  ["a, b", "insert a cell above, below"],
  ["c", "duplicate the cell"],
  ["d d", "delete the cell"],
  ["t", "change the cell's type to the next"],
  ["p", "pin the source"],
  ["f", "fold the cell to one line, or unfold it"],
  ["l", "let the cell run only when asked, or not"],
  ["z, Shift + z", "undo, redo what was run, inserted, moved or deleted"],
  ["Ctrl or ⌘ + k", "every command by name, and cells to go to"],
  ["/", "find in the notebook, and replace"],
  ["m", "show or hide the map of cells"],
  ["?", "this list"],
];

/** Shows the list of keys until it is closed. */
export function showKeys(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.setAttribute("aria-label", "Keys");
  const list = document.createElement("dl");
  for (const [key, what] of keys) {
    const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = key;
    meaning.textContent = what;
    list.append(term, meaning);
  }
  dialog.append(list);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
