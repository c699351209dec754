/** The most items of a list that goes into the address: the value of a table is all of its rows. */
const mostItems = 100;

interface Followed {
  input: EventTarget & { value?: unknown };
  initial: unknown;
  /** The name in the address, where the input has an address of its own, and the cell that this leads to. */
  place?: { name: string; at: string };
}

export interface AddressBar {
  address(): URL;
  /** Changes the address of the page as it is. */
  replace(address: URL): void;
  /** Adds an address that the browser can go back from. */
  push(address: URL): void;
}

/** The values of a notebook's inputs that people have changed, in the address, so that a link or a reload brings them back. */
export class ViewState {
  private readonly followed = new Map<string, Followed>();
  private isReturning = false;
  /** The query of the address that the inputs agree with. */
  private search: string;

  constructor(private readonly bar: AddressBar) {
    this.search = bar.address().search;
  }

  /**
   * Gives an input the value that the address has for it, and follows its changes. `key` tells it from the notebook's other
   * inputs. A value that the input does not take, because its choices are others by now, leaves it as it was.
   */
  follow(key: string, element: EventTarget): void {
    const input = element as Followed["input"] & Partial<HTMLElement>;
    if (isWithoutFields(element) || !isPlain(input.value)) return;
    const { place: name, placeAt: at = "" } = input.dataset ?? {};
    const followed: Followed = { input, initial: input.value, ...(name ? { place: { name, at } } : {}) };
    this.followed.set(key, followed);
    const wanted = this.wanted(key, followed);
    if (wanted !== undefined) take(input, wanted);
    element.addEventListener("input", () => {
      if (this.isReturning || this.followed.get(key) !== followed || !isPlain(input.value)) return;
      const address = this.bar.address();
      const isInitial = same(input.value, followed.initial);
      if (followed.place) this.goTo(followed.place, String(input.value), address);
      else {
        const values = valuesOf(address);
        if (isInitial) values.delete(key);
        else values.set(key, input.value);
        if (values.size > 0) address.searchParams.set("view", JSON.stringify(Object.fromEntries(values)));
        else address.searchParams.delete("view");
        this.bar.replace(address);
      }
      this.search = address.search;
    });
  }

  /**
   * Gives all inputs the values of the address, to which the browser has gone back, or forward. Inputs that have them
   * already are left alone, and so are all where the address only leads to another place on the page: what was typed and
   * not yet submitted stays, and so do files that were dropped.
   */
  return(): void {
    const { search } = this.bar.address();
    if (search === this.search) return;
    this.search = search;
    this.isReturning = true;
    for (const [key, followed] of this.followed) {
      const { input, initial } = followed;
      const before = input.value;
      const wanted = this.wanted(key, followed) ?? initial;
      if (same(wanted, before)) continue;
      take(input, wanted);
      if (!same(input.value, before)) input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.isReturning = false;
  }

  private goTo({ name, at }: { name: string; at: string }, value: string, address: URL): void {
    if (address.searchParams.get(name) === value) return;
    address.searchParams.set(name, value);
    address.hash = at;
    this.bar.push(address);
  }

  /** What the address has for an input; undefined where that is nothing. */
  private wanted(key: string, { place }: Followed): unknown {
    const address = this.bar.address();
    return place ? (address.searchParams.get(place.name) ?? undefined) : valuesOf(address).get(key);
  }
}

function take(input: { value?: unknown }, wanted: unknown): void {
  const before = input.value;
  try {
    if (kind(wanted) === kind(before)) input.value = wanted;
  } catch {
    input.value = before;
  }
  if (kind(input.value) !== kind(before)) input.value = before;
}

function valuesOf(address: URL): Map<string, unknown> {
  try {
    const value: unknown = JSON.parse(address.searchParams.get("view") ?? "{}");
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

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function kind(value: unknown): string {
  return Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
}
