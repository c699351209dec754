/** Asks for a notebook's name in a dialog. Resolves with undefined where people changed their mind. */
export function askName(question: string, value: string): Promise<string | undefined> {
  const dialog = document.createElement("dialog");
  dialog.className = "ask";
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.value = value;
  input.autocomplete = "off";
  label.append(question, input);
  const ok = button("OK", () => dialog.close("ok"));
  dialog.append(
    label,
    ok,
    button("Cancel", () => dialog.close("")),
  );
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // The button that has the focus next would take the key as well.
    event.preventDefault();
    ok.click();
  });
  document.body.append(dialog);
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      const name = input.value.trim();
      resolve(dialog.returnValue === "ok" && name !== "" ? name : undefined);
    });
  });
}

function button(text: string, onClick: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = text;
  element.addEventListener("click", onClick);
  return element;
}
