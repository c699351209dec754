import fc from "fast-check";
import { expect, test } from "vitest";
import { ViewState } from "../../../build/page/viewState.ts";

const start = new URL("http://127.0.0.1/a.html?engine=native");

function inputOf(value: unknown): EventTarget & { value: unknown } {
  return Object.assign(new EventTarget(), { value });
}

/** The state of a page, and the addresses that Back leads through. */
function withHistory() {
  const history = [new URL(start)];
  const address = () => new URL(history.at(-1)!);
  const state = new ViewState({
    address,
    replace: (next) => history.splice(-1, 1, next),
    push: (next) => history.push(next),
  });
  return { address, history, state };
}

test("the next page gives an input the value that it had, whatever text that is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (initial, chosen) => {
      let address = start;
      const page = () =>
        new ViewState({
          address: () => new URL(address),
          replace: (next) => (address = next),
          push: () => expect.unreachable(),
        });
      const input = inputOf(initial);
      page().follow("2.0", input);
      input.value = chosen;
      input.dispatchEvent(new Event("input"));
      expect(address.searchParams.has("view")).toBe(chosen !== initial);
      expect(address.searchParams.get("engine")).toBe("native");
      address = new URL(address.href);
      const again = inputOf(initial);
      page().follow("2.0", again);
      expect(again.value).toBe(chosen);
    }),
  );
});

test.each(["", "{", "null", "[1]", '{"2.0":{"a":1}}', '{"2.0":null}', '{"__proto__":1}'])(
  "an address that holds %j leaves a number as it was",
  (view) => {
    const address = new URL(start);
    address.searchParams.set("view", view);
    const input = inputOf(7);
    const ignore = () => {};
    new ViewState({ address: () => address, replace: ignore, push: ignore }).follow("2.0", input);
    expect(input.value).toBe(7);
  },
);

test("what has an address of its own is chosen step by step, and Back brings the one before", () => {
  const { history, state } = withHistory();
  const api = Object.assign(inputOf("a"), { dataset: { place: "api", placeAt: "cell-12" } });
  const limit = inputOf(1);
  state.follow("11.0", api);
  state.follow("2.0", limit);
  const choose = (input: EventTarget & { value: unknown }, value: unknown) => {
    input.value = value;
    input.dispatchEvent(new Event("input"));
  };
  const told: unknown[] = [];
  choose(api, "cart: GET /");
  choose(api, "cart: GET /");
  choose(limit, 2);
  choose(api, "<b>");
  expect(history.map(({ search, hash }) => decodeURIComponent(search + hash))).toEqual([
    "?engine=native",
    '?engine=native&api=cart:+GET+/&view={"2.0":2}#cell-12',
    '?engine=native&api=<b>&view={"2.0":2}#cell-12',
  ]);
  api.addEventListener("input", () => told.push(api.value));
  for (let step = 0; step < 2; step++) {
    history.pop();
    state.return();
  }
  expect(told).toEqual(["cart: GET /", "a"]);
  expect([limit.value, history.length]).toEqual([1, 1]);
});

test("a step that changes no value leaves inputs alone, with what is typed in them and not yet submitted", () => {
  const { address, history, state } = withHistory();
  const api = Object.assign(inputOf("a"), { dataset: { place: "api", placeAt: "cell-12" } });
  state.follow("11.0", api);
  let text = "";
  const given: unknown[] = [];
  const files = Object.defineProperty(new EventTarget(), "value", {
    get: () => text,
    set: (value) => given.push(value),
  });
  state.follow("2.0", files);
  text = "dropped/1/traces.csv";
  files.dispatchEvent(new Event("input"));
  api.value = "b";
  api.dispatchEvent(new Event("input"));
  history.pop();
  state.return();
  expect([api.value, given]).toEqual(["a", []]);
  text = "typed";
  history.push(new URL("#cell-3", address()));
  state.return();
  expect(given).toEqual([]);
});
