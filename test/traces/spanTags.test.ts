import { describe, expect, it } from "vitest";
import { SpanTags, spanKind } from "../../lib/traces/spanTags.ts";

function tagsOf(...pairs: [unknown, unknown][]): SpanTags {
  const tags = new SpanTags();
  for (const [name, value] of pairs) tags.add(name, value);
  return tags;
}

describe("SpanTags", () => {
  it("takes the best name of a size, in whatever order the tags come", () => {
    const pairs: [string, number][] = [
      ["request_size", 1],
      ["http.request.body.size", 2],
      ["messaging.message.body.size", 3],
    ];
    expect(tagsOf(...pairs).requestBytes).toBe(2);
    expect(tagsOf(...pairs.reverse()).requestBytes).toBe(2);
  });

  it("takes no size from what is no number of bytes", () => {
    for (const value of [-1, "x", "", " ", null, Number.NaN, {}, true]) {
      expect(tagsOf(["http.response.body.size", value]).responseBytes).toBeNull();
    }
  });

  it("knows an error by its tag or by OpenTelemetry's status", () => {
    expect([true, "true", 1].map((value) => tagsOf(["error", value]).error)).toEqual([true, true, true]);
    expect([false, "false", "no", 0].map((value) => tagsOf(["error", value]).error)).toEqual(Array(4).fill(false));
    expect(tagsOf(["otel.status_code", "ERROR"]).error).toBe(true);
    expect(tagsOf(["otel.status_code", "OK"], ["error", undefined]).error).toBe(false);
  });

  it("passes over names of any kind", () => {
    const tags = tagsOf(
      [undefined, 1],
      [{}, 1],
      ["constructor", 1],
      ["__proto__", { error: true }],
      ["peer.service", ""],
    );
    expect(tags).toEqual(new SpanTags());
  });
});

describe("spanKind", () => {
  it.each([
    ["server", "server"],
    ["CLIENT", "client"],
    ["SPAN_KIND_CONSUMER", "consumer"],
    ["unspecified", null],
    ["constructor", null],
    [2, null],
  ])("reads %j as %j", (word, kind) => expect(spanKind(word)).toBe(kind));
});
