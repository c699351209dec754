import { observe } from "./observe.ts";

/** The value of an input element, now and after each change. Elements of @observablehq/inputs and of HTML both do. */
export function inputValues(element: EventTarget): AsyncGenerator<unknown> {
  return observe((notify) => {
    const event = changeEvent(element);
    const changed = () => notify(currentValue(element));
    element.addEventListener(event, changed);
    if (currentValue(element) !== undefined) changed();
    return () => element.removeEventListener(event, changed);
  });
}

function inputType(element: EventTarget): string {
  return "type" in element ? String(element.type) : "";
}

function currentValue(element: EventTarget): unknown {
  const input = element as HTMLInputElement;
  switch (inputType(element)) {
    case "range":
    case "number":
      return input.valueAsNumber;
    case "date":
      return input.valueAsDate;
    case "checkbox":
      return input.checked;
    case "file":
      return input.multiple ? input.files : input.files?.[0];
    case "select-multiple":
      return Array.from((element as unknown as HTMLSelectElement).selectedOptions, (option) => option.value);
    default:
      return input.value;
  }
}

function changeEvent(element: EventTarget): string {
  const type = inputType(element);
  if (type === "button" || type === "submit" || type === "checkbox") return "click";
  return type === "file" ? "change" : "input";
}
