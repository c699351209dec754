/** The most items of a list that goes into the address: the value of a table is all of its rows. */
const mostItems = 100;

/** The values of a notebook's inputs that people have changed, in the address, so that a link or a reload brings them back. */
export class ViewState {
  private readonly values: Map<string, unknown>;

  constructor(
    private readonly address: () => URL,
    private readonly replace: (address: URL) => void,
  ) {
    this.values = parse(address().searchParams.get("view"));
  }

  /**
   * Gives an input the value that the address has for it, and follows its changes. `key` tells it from the notebook's other
   * inputs. A value that the input does not take, because its choices are others by now, leaves it as it was.
   */
  follow(key: string, element: EventTarget): void {
    const input = element as EventTarget & { value?: unknown };
    if (isWithoutFields(element) || !isPlain(input.value)) return;
    const initial = JSON.stringify(input.value);
    if (this.values.has(key)) {
      const before = input.value;
      const wanted = this.values.get(key);
      try {
        if (kind(wanted) === kind(before)) input.value = wanted;
      } catch {
        input.value = before;
      }
      if (kind(input.value) !== kind(before)) input.value = before;
    }
    element.addEventListener("input", () => {
      if (!isPlain(input.value)) return;
      if (JSON.stringify(input.value) === initial) this.values.delete(key);
      else this.values.set(key, input.value);
      const address = this.address();
      if (this.values.size > 0) address.searchParams.set("view", JSON.stringify(Object.fromEntries(this.values)));
      else address.searchParams.delete("view");
      this.replace(address);
    });
  }
}

function parse(text: string | null): Map<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return new Map(value && typeof value === "object" ? Object.entries(value) : []);
  } catch {
    return new Map();
  }
}

/** Buttons, whose value counts clicks that are not to be repeated, and elements of a notebook's own making. */
function isWithoutFields(element: EventTarget): boolean {
  const fields = "input, select, textarea";
  const { matches, querySelector } = element as Partial<Element>;
  return Boolean(
    matches && querySelector && !(element as Element).matches(fields) && !(element as Element).querySelector(fields),
  );
}

/** Whether JSON holds a value without loss. */
function isPlain(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.length <= mostItems && value.every(isPlain);
  return (
    typeof value === "object" &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every(isPlain)
  );
}

function kind(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}
