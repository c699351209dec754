import { cellTypes } from "../notebookText.ts";
import type { CellActions } from "./cellActions.ts";

const buttons: readonly (readonly [text: string, label: string, action: Exclude<keyof CellActions, "changeType">])[] = [
  ["Run", "Run", "run"],
  ["+ above", "Insert a cell above", "insertAbove"],
  ["+ below", "Insert a cell below", "insertBelow"],
  ["↑", "Move up", "moveUp"],
  ["↓", "Move down", "moveDown"],
  ["Copy", "Duplicate", "duplicate"],
  ["Pin", "Pin the source", "pin"],
  ["Fold", "Fold", "fold"],
  ["Lazy", "Lazy: only when asked", "makeLazy"],
  ["Delete", "Delete", "delete"],
];

/**
 * The tools of a cell. As in every toolbar, the Tab key stops at it once, and the left and right keys go from one tool to
 * the next.
 */
export function cellToolbar(id: number, actions: CellActions): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `Cell ${id}`);
  bar.append(button("Edit", "Edit", "edit", () => actions.toggleEditor()));
  for (const [text, label, action] of buttons) bar.append(button(text, label, action, () => actions[action]()));
  const type = document.createElement("select");
  type.setAttribute("aria-label", "Type");
  type.append(...[...cellTypes].map(([value, name]) => new Option(name, value)));
  type.addEventListener("change", () => actions.changeType(type.value));
  bar.lastElementChild?.before(type);
  const tools = [...bar.children] as HTMLElement[];
  tools.forEach((tool, i) => {
    tool.tabIndex = i === 0 ? 0 : -1;
  });
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const at = tools.indexOf(event.target as HTMLElement);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    tools[(at + by + tools.length) % tools.length]?.focus();
  });
  return bar;
}

/** Makes a cell's toolbar say what its tools would do now. */
export function updateCellToolbar(
  bar: Element,
  state: { type: string; pinned: boolean; folded: boolean; lazy: boolean; editing: boolean },
): void {
  const edit = bar.querySelector<HTMLElement>("[data-action=edit]");
  if (edit) {
    edit.textContent = edit.title = state.editing ? "Discard" : "Edit";
    edit.setAttribute("aria-label", state.editing ? "Discard what was typed" : "Edit");
  }
  const pressed = { pin: state.pinned, fold: state.folded, makeLazy: state.lazy };
  for (const [action, is] of Object.entries(pressed))
    bar.querySelector(`[data-action=${action}]`)?.setAttribute("aria-pressed", String(is));
  const select = bar.querySelector("select");
  if (select) select.value = state.type;
}

function button(text: string, label: string, action: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.action = action;
  element.textContent = text;
  element.title = label;
  element.setAttribute("aria-label", label);
  element.addEventListener("click", onClick);
  return element;
}
