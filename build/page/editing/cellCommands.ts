import { cellTypes, type TextCell } from "../notebookText.ts";
import type { Command } from "../shell/commandPalette.ts";
import type { CellActions } from "./cellActions.ts";

/** What can be done with a cell, by name. */
export function cellCommands(id: number, { type, pinned, folded, lazy }: TextCell, actions: CellActions): Command[] {
  const types = [...cellTypes].filter(([other]) => other !== type);
  return [
    { name: `Edit cell ${id}`, keys: "Enter", run: actions.edit },
    { name: `Run cell ${id}`, keys: "Ctrl + Enter", run: actions.run },
    { name: `Insert a cell above cell ${id}`, keys: "a", run: actions.insertAbove },
    { name: `Insert a cell below cell ${id}`, keys: "b", run: actions.insertBelow },
    { name: `Move cell ${id} up`, keys: "Alt + ↑", run: actions.moveUp },
    { name: `Move cell ${id} down`, keys: "Alt + ↓", run: actions.moveDown },
    { name: `Duplicate cell ${id}`, keys: "c", run: actions.duplicate },
    { name: `Delete cell ${id}`, keys: "d d", run: actions.delete },
    { name: pinned ? `Unpin the source of cell ${id}` : `Pin the source of cell ${id}`, keys: "p", run: actions.pin },
    { name: folded ? `Unfold cell ${id}` : `Fold cell ${id}`, keys: "f", run: actions.fold },
    {
      name: lazy ? `Run cell ${id} whenever what it needs has changed` : `Run cell ${id} only when asked (lazy)`,
      keys: "l",
      run: actions.makeLazy,
    },
    ...types.map(([other, name]) => ({ name: `Make cell ${id} ${name}`, run: () => actions.changeType(other) })),
  ];
}
