import { expect, test } from "vitest";
import { makeFaults } from "../../datasets/faults/make.ts";
import { shop } from "../../datasets/faults/scenario.ts";
import { parseTraces, readDataset } from "./otlpTraces.ts";

const text = readDataset("faults/traces.jsonl.gz");

test("the generator makes the committed traces again", () => {
  expect(makeFaults() === text).toBe(true);
  expect(makeFaults(2) === text).toBe(false);
});

test("faults show while they last, at the service at fault", () => {
  const spans = [...parseTraces(text).values()].flat();
  const origin = spans.reduce((least, { start }) => (start < least ? start : least), spans[0]!.start);
  const median = (service: string, kind: number, from: number, to: number) => {
    const found = spans
      .filter((span) => span.name === (service === "catalog" ? "GET /item" : "GET /level") && span.kind === kind)
      .filter(({ start }) => Number(start - origin) / 1e9 >= from && Number(start - origin) / 1e9 < to)
      .map(({ start, end }) => Number(end - start) / 1000)
      .sort((a, b) => a - b);
    return found[found.length >> 1]!;
  };
  const [slow, late] = shop.faults as [(typeof shop.faults)[0], (typeof shop.faults)[0]];
  const [server, client] = [2, 3];
  expect(median("catalog", server, slow.from, slow.to) / median("catalog", server, 0, slow.from)).toBeCloseTo(
    slow.by,
    0,
  );
  // The client waits for the queue as well.
  expect(median("catalog", client, slow.from, slow.to)).toBeGreaterThan(
    median("catalog", server, slow.from, slow.to) + 20_000,
  );
  expect(median("stock", client, late.from, late.to) - median("stock", client, 0, late.from)).toBeGreaterThan(
    0.9 * late.by,
  );
  expect(median("stock", server, late.from, late.to) / median("stock", server, 0, late.from)).toBeCloseTo(1, 0);
});
