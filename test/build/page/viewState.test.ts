import fc from "fast-check";
import { expect, test } from "vitest";
import { ViewState } from "../../../build/page/viewState.ts";

const start = new URL("http://127.0.0.1/a.html?engine=native");

function inputOf(value: unknown): EventTarget & { value: unknown } {
  return Object.assign(new EventTarget(), { value });
}

test("the next page gives an input the value that it had, whatever text that is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (initial, chosen) => {
      let address = start;
      const page = () =>
        new ViewState(
          () => new URL(address),
          (next) => {
            address = next;
          },
        );
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
    new ViewState(
      () => address,
      () => {},
    ).follow("2.0", input);
    expect(input.value).toBe(7);
  },
);
