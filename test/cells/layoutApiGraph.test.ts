import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiGraph } from "../../cells/apiGraph.ts";
import { layoutApiGraph } from "../../cells/layoutApiGraph.ts";
import { randomGraph } from "./randomGraph.ts";

function check(graph: ApiGraph): void {
  const plan = layoutApiGraph(graph, 62);
  expect([...plan.rows.keys()].sort()).toEqual(graph.apis.map((api) => api.id).sort());
  const ends = (link: { caller: string; callee: string }) => `${link.caller} ${link.callee}`;
  expect(plan.routes.map((route) => ends(route.link)).sort()).toEqual(graph.links.map(ends).sort());
  for (const [index, a] of plan.cards.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.y).toBeGreaterThanOrEqual(0);
    expect(a.x + a.width).toBeLessThanOrEqual(plan.width);
    expect(a.y + a.height).toBeLessThanOrEqual(plan.height);
    for (const b of plan.cards.slice(index + 1)) {
      const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart, `${a.service} overlaps ${b.service}`).toBe(true);
    }
  }
  const ys = new Set<string>();
  for (const row of plan.rows.values()) {
    const card = plan.cards.find((candidate) => candidate.service === row.api.service)!;
    expect(row.y).toBeGreaterThan(card.y);
    expect(row.y).toBeLessThan(card.y + card.height);
    ys.add(`${row.api.service} ${row.y}`);
  }
  expect(ys.size).toBe(graph.apis.length);
  for (const { link, points, shape } of plan.routes) {
    const [from, to] = [plan.rows.get(link.caller)!, plan.rows.get(link.callee)!];
    const [first, last] = [points[0]!, points.at(-1)!];
    expect(Math.abs(first[1] - from.y)).toBeLessThanOrEqual(5);
    expect(Math.abs(last[1] - to.y)).toBeLessThanOrEqual(5);
    if (shape !== "remote") continue;
    expect([from.left, from.right]).toContain(first[0]);
    expect([to.left, to.right]).toContain(last[0]);
    for (const [x, y] of points) {
      const hit = plan.cards.find(
        (card) => x > card.x + 1 && x < card.x + card.width - 1 && y > card.y && y < card.y + card.height,
      );
      expect(hit, `${link.caller} → ${link.callee} runs through a card`).toBeUndefined();
    }
  }
}

describe("layoutApiGraph", () => {
  it("places an empty graph and APIs without calls", () => {
    check({ services: [], apis: [], links: [] });
    check({ ...randomGraph(1, 5, 12, 0) });
  });

  it("keeps cards apart and joins every call's ends, for any graph", () => {
    const sizes = fc.record({ seed: fc.integer({ min: 1, max: 1e6 }), apis: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(sizes, ({ seed, apis }) => check(randomGraph(seed, Math.ceil(apis / 4), apis, apis * 2))),
      { numRuns: 20 },
    );
  });

  it("lays out 250 APIs of 60 services", () => {
    check(randomGraph(7, 60, 250, 150));
  });

  it("gives the same layout twice", () => {
    const graph = randomGraph(3, 10, 40, 90);
    expect(JSON.stringify(layoutApiGraph(graph, 62).routes)).toBe(JSON.stringify(layoutApiGraph(graph, 62).routes));
  });
});
