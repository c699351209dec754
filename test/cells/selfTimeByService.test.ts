import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiLatency } from "../../cells/latencyByApi.ts";
import { selfTimeByService } from "../../cells/selfTimeByService.ts";

const latency = (service: string, api: string, own: number, executions: number): ApiLatency => ({
  ...{ service, api, own, executions, errors: 0, p50: 0, p95: 0, p99: 0, share: 0 },
});

describe("selfTimeByService", () => {
  it("puts services with more own time first, and within them APIs", () => {
    const rows = selfTimeByService([latency("a", "x", 10, 2), latency("b", "y", 1, 50), latency("a", "z", 7, 10)]);
    expect(rows.map(({ service, api, time }) => [service, api, time])).toEqual([
      ["a", "z", 70],
      ["a", "x", 20],
      ["b", "y", 50],
    ]);
  });

  it("keeps every API, with shares that sum to 1", () => {
    const one = fc.record({
      service: fc.constantFrom("a", "b", "c"),
      own: fc.integer({ min: 0, max: 1000 }),
      executions: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (given) => {
        const rows = selfTimeByService(given.map((row, i) => latency(row.service, String(i), row.own, row.executions)));
        expect(rows.length).toBe(given.length);
        const total = given.reduce((sum, row) => sum + row.own * row.executions, 0);
        expect(rows.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(total > 0 ? 1 : 0, 9);
        const runs = rows.filter((row, i) => row.service !== rows[i - 1]?.service);
        expect(runs.length).toBe(new Set(given.map(({ service }) => service)).size);
      }),
    );
  });
});
