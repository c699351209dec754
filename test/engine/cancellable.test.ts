import { afterAll, describe, expect, it } from "vitest";
import { cancellable } from "../../lib/engine/cancellable.ts";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";

const engine = await openDuckDBNode({ threads: 1 });
afterAll(() => engine.close());
const endless = "SELECT count(*) FROM range(1000000000000) a(x), range(1000) b(y) WHERE x * y % 7 = 3";

describe("cancellable", () => {
  it("is the engine itself without a signal", () => {
    expect(cancellable(engine, undefined)).toBe(engine);
  });

  it("stops the query that runs and refuses the next, and leaves the engine usable", async () => {
    const controller = new AbortController();
    const bound = cancellable(engine, controller.signal);
    expect((await bound.query("SELECT ?::DOUBLE AS x", [3])).get(0)?.x).toBe(3);
    const running = bound.query(endless);
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await expect(running).rejects.toThrow("enough");
    await expect(bound.query("SELECT 1")).rejects.toThrow("enough");
    await expect(bound.scan("x.csv", { format: "csv", columns: ["a"] })).rejects.toThrow("enough");
    expect((await engine.query("SELECT 1::DOUBLE AS x")).get(0)?.x).toBe(1);
  });

  it("obeys the signal of the single query as well", async () => {
    const [all, one] = [new AbortController(), new AbortController()];
    const bound = cancellable(engine, all.signal);
    const running = bound.query(endless, [], { signal: one.signal });
    setTimeout(() => one.abort(new Error("this one")), 50);
    await expect(running).rejects.toThrow("this one");
    expect((await bound.query("SELECT 2::DOUBLE AS x")).get(0)?.x).toBe(2);
  });
});
