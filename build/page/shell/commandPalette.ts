/** Something that can be asked for by name. */
export interface Command {
  name: string;
  /** The keys that do it as well. */
  keys?: string;
  run(): void;
}

/**
 * Shows commands to choose from by typing parts of their names: the arrow keys choose, Enter does it, Escape leaves. What
 * had the focus has it again when the command runs.
 */
export function showCommands(commands: readonly Command[]): void {
  const dialog = document.createElement("dialog");
  dialog.className = "commands";
  dialog.setAttribute("aria-label", "Commands");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  list.id = "command-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Commands");
  const attributes = { role: "combobox", "aria-label": "Command", "aria-controls": list.id, "aria-expanded": "true" };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  input.placeholder = "A command, or a cell to go to";
  input.autocomplete = "off";
  input.spellcheck = false;
  let found: Command[] = [];
  let chosen = 0;

  const choose = (index: number) => {
    chosen = Math.max(0, Math.min(found.length - 1, index));
    [...list.children].forEach((item, i) => void item.setAttribute("aria-selected", String(i === chosen)));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (found.length > 0) input.setAttribute("aria-activedescendant", `command-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const search = () => {
    found = matching(commands, input.value);
    list.replaceChildren(...found.map(option));
    choose(0);
  };
  const run = (command: Command | undefined) => {
    if (!command) return;
    dialog.close();
    command.run();
  };

  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    const to = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, PageDown: chosen + 8, PageUp: chosen - 8 }[event.key];
    if (to !== undefined) choose(to);
    else if (event.key === "Enter") run(found[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const item = (event.target as Element).closest("[role=option]");
    if (item) run(found[[...list.children].indexOf(item)]);
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.append(input, list);
  document.body.append(dialog);
  search();
  dialog.showModal();
}

/** The commands whose names have all words that were typed, those first that begin with them. */
export function matching(commands: readonly Command[], typed: string): Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ name }: Command) => {
    const text = name.toLowerCase();
    if (!words.every((word) => text.includes(word))) return Number.POSITIVE_INFINITY;
    return words.reduce(
      (sum, word) => sum + (isStart(text, word) ? 0 : 1),
      words[0] && !text.startsWith(words[0]) ? 1 : 0,
    );
  };
  return commands
    .map((command) => ({ command, place: rank(command) }))
    .filter(({ place }) => Number.isFinite(place))
    .sort((a, b) => a.place - b.place)
    .map(({ command }) => command);
}

/** Whether a word of a text begins so. */
function isStart(text: string, word: string): boolean {
  return ` ${text}`.includes(` ${word}`);
}

function option({ name, keys }: Command, index: number): HTMLElement {
  const item = document.createElement("li");
  item.id = `command-${index}`;
  item.setAttribute("role", "option");
  const text = document.createElement("span");
  text.textContent = name;
  item.append(text);
  if (keys) {
    const key = document.createElement("kbd");
    key.textContent = keys;
    item.append(key);
  }
  return item;
}
