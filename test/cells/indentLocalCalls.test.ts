import { describe, expect, it } from "vitest";
import type { ApiLink, ApiNode } from "../../cells/apiGraph.ts";
import { indentLocalCalls } from "../../cells/indentLocalCalls.ts";

const api = (id: string): ApiNode => ({ id, service: "s", name: id, executions: 1, ownTime: 1, entry: false });
const link = (pair: string): ApiLink => ({
  ...{ caller: pair[0]!, callee: pair[1]!, kind: "local", calls: 1, asynchronous: 0, operations: [] },
});
const rows = (apis: string, links: string[], pull?: (api: ApiNode) => number | undefined) =>
  indentLocalCalls([...apis].map(api), links.map(link), pull);
const shape = (...given: Parameters<typeof rows>) =>
  rows(...given)
    .map((row) => row.api.id + row.depth)
    .join(" ");

describe("indentLocalCalls", () => {
  it("indents callees below their caller, each API once", () => {
    expect(shape("abcd", ["bc", "cd", "ad"])).toBe("a0 d1 b0 c1");
    expect(rows("abcd", ["bc", "cd", "ad"]).every((row) => row.gutter)).toBe(true);
    expect(rows("abc", ["ab", "bc"]).some((row) => row.gutter)).toBe(false);
  });

  it("breaks cycles and survives recursion", () => {
    expect(shape("ab", ["ab", "ba"])).toBe("a0 b1");
    expect(shape("a", ["aa"])).toBe("a0");
  });

  it("puts rows where they want to be, callers before callees still", () => {
    expect(shape("abc", [], (one) => ({ a: 30, b: 10, c: 20 })[one.id])).toBe("b0 c0 a0");
    expect(shape("abc", ["ab", "ac"], (one) => ({ b: 20, c: 10 })[one.id])).toBe("a0 c1 b1");
  });
});
