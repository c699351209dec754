import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { criticalPath } from "../../lib/executions/criticalPath.ts";

type Row = [parent: number, start: number, waited: number, asynchronous?: 0 | 1];

function columns(rows: Row[]) {
  return {
    parent: rows.map((row) => row[0]),
    start: rows.map((row) => row[1]),
    waited: rows.map((row) => row[2]),
    asynchronous: rows.map((row) => row[3] ?? 0),
    length: rows.length,
  };
}

function path(rows: Row[], root = 0): [number, number, number][] {
  return criticalPath(columns(rows), root).map(({ row, start, end }) => [row, start, end]);
}

describe("criticalPath", () => {
  it("walks backwards through the children that finish last", () => {
    // root 0–100; A 10–40 beside B 20–60; then C 65–90 with D 70–80 inside; E asynchronous, 50–95.
    const rows: Row[] = [
      [-1, 0, 100],
      [0, 10, 30],
      [0, 20, 40],
      [0, 65, 25],
      [3, 70, 10],
      [0, 50, 45, 1],
    ];
    // A ends within B, so that waiting for B is waiting for both.
    expect(path(rows)).toEqual([
      [0, 0, 20],
      [2, 20, 60],
      [0, 60, 65],
      [3, 65, 70],
      [4, 70, 80],
      [3, 80, 90],
      [0, 90, 100],
    ]);
  });

  it("goes on to the sibling before the one that was waited for", () => {
    const rows: Row[] = [
      [-1, 0, 30],
      [0, 0, 10],
      [0, 10, 20],
    ];
    expect(path(rows)).toEqual([
      [1, 0, 10],
      [2, 10, 30],
    ]);
  });

  it("clips a child that skew lets outlive its parent, and leaves out one that lies outside", () => {
    expect(
      path([
        [-1, 0, 10],
        [0, 5, 20],
      ]),
    ).toEqual([
      [0, 0, 5],
      [1, 5, 10],
    ]);
    expect(
      path([
        [-1, 0, 10],
        [0, 11, 5],
      ]),
    ).toEqual([[0, 0, 10]]);
    expect(
      path([
        [-1, 10, 10],
        [0, 0, 5],
      ]),
    ).toEqual([[0, 10, 20]]);
  });

  it("starts at any row", () => {
    expect(
      path(
        [
          [-1, 0, 100],
          [0, 10, 50],
          [1, 20, 10],
        ],
        1,
      ),
    ).toEqual([
      [1, 10, 20],
      [2, 20, 30],
      [1, 30, 60],
    ]);
  });

  it("survives 100,000 nested executions", () => {
    const rows = Array.from({ length: 100_000 }, (_, row): Row => [row - 1, row, 400_000 - 2 * row]);
    const segments = criticalPath(columns(rows));
    expect(segments.reduce((sum, segment) => sum + segment.end - segment.start, 0)).toBe(400_000);
  });

  it("fills the root's duration exactly, in order, whatever the tree", () => {
    const row = fc.record({
      parent: fc.nat(),
      start: fc.integer({ min: -50, max: 1000 }),
      waited: fc.integer({ min: 0, max: 600 }),
      asynchronous: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 1000 }), (others, duration) => {
        const rows: Row[] = [[-1, 0, duration]];
        for (const other of others) {
          rows.push([other.parent % rows.length, other.start, other.waited, other.asynchronous ? 1 : 0]);
        }
        const segments = criticalPath(columns(rows));
        let at = 0;
        for (const { row: index, start, end } of segments) {
          expect(start).toBe(at);
          expect(end).toBeGreaterThan(start);
          expect(start).toBeGreaterThanOrEqual(rows[index]![1]);
          expect(end).toBeLessThanOrEqual(rows[index]![1] + rows[index]![2]);
          for (let up = index; up >= 0; up = rows[up]![0]) expect(rows[up]![3] ?? 0).toBe(0);
          at = end;
        }
        expect(at).toBe(duration);
      }),
    );
  });
});
