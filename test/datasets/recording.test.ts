import { describe, expect, test } from "vitest";
import { type PlainSpan, parseTraces, readDataset } from "./otlpTraces.ts";

const traces = parseTraces(readDataset("recording/traces.jsonl.gz"));
const spans = [...traces.values()].flat();
const byId = new Map(spans.map((span) => [span.id, span]));
const children = new Map<string, PlainSpan[]>(spans.map((span) => [span.id, []]));
for (const span of spans) if (span.parent) children.get(span.parent)?.push(span);

/** Every execution of an API, with the calls that it made in order of start. */
function executions(service: string, name: string): { span: PlainSpan; calls: PlainSpan[] }[] {
  return spans
    .filter((span) => span.kind === 2 && span.service === service && span.name === name)
    .map((span) => ({ span, calls: [...children.get(span.id)!].sort((a, b) => Number(a.start - b.start)) }));
}

function concurrent(calls: PlainSpan[]): boolean {
  return calls.every((a) => calls.every((b) => a.start < b.end));
}

function sequential(calls: PlainSpan[]): boolean {
  return calls.every((call, i) => i === 0 || call.start >= calls[i - 1]!.end);
}

function shareOf<T>(values: T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}

describe("the traces are whole", () => {
  test("ids are unique, every parent is there, and a trace has one root", () => {
    expect(traces.size).toBeGreaterThan(2000);
    expect(byId.size).toBe(spans.length);
    for (const span of spans) if (span.parent) expect(byId.get(span.parent)?.trace).toBe(span.trace);
    for (const members of traces.values()) expect(members.filter((span) => !span.parent)).toHaveLength(1);
  });

  test("a call to a service is one client span and one server span of the same name and sizes", () => {
    for (const client of spans.filter((span) => span.kind === 3 && span.attributes["peer.service"] !== "postgresql")) {
      const [server, ...others] = children.get(client.id)!;
      expect(others).toEqual([]);
      expect([server?.kind, server?.service, server?.name]).toEqual([
        2,
        client.attributes["peer.service"],
        client.name,
      ]);
      for (const size of ["http.request.body.size", "http.response.body.size"])
        expect(server?.attributes[size]).toBe(client.attributes[size]);
    }
  });

  test("six services and the database, entered at six APIs", () => {
    expect([...new Set(spans.map((span) => span.service))].sort()).toEqual([
      "basket",
      "catalogue",
      "gateway",
      "notices",
      "orders",
      "pricing",
    ]);
    const database = spans.filter((span) => span.attributes["peer.service"] === "postgresql");
    expect(new Set(database.map((span) => span.service))).toEqual(new Set(["catalogue"]));
    const roots = spans.filter((span) => !span.parent).map((span) => `${span.service} ${span.name}`);
    expect([...new Set(roots)].sort()).toEqual([
      "gateway GET /home/{user}",
      "gateway GET /products/{id}",
      "gateway GET /search",
      "gateway POST /baskets/{user}",
      "gateway POST /checkout/{user}",
      "orders POST /invoices",
    ]);
    for (const root of new Set(roots)) expect(shareOf(roots, (other) => other === root)).toBeGreaterThan(0.03);
  });
});

describe("what the programs do shows in the spans", () => {
  test("the home page makes two calls at once", () => {
    for (const { calls } of executions("gateway", "GET /home/{user}")) {
      expect(calls.map((call) => call.name).sort()).toEqual(["GET /baskets/{user}", "GET /featured"]);
      expect(concurrent(calls)).toBe(true);
    }
  });

  test("a basket's products are asked for all at once, none to six of them", () => {
    const fanOuts = executions("basket", "GET /baskets/{user}").map(({ calls }) => calls);
    for (const calls of fanOuts) expect(concurrent(calls)).toBe(true);
    expect(new Set(fanOuts.map((calls) => calls.length))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  });

  test("adding to a basket is a loop of one to four calls", () => {
    const loops = executions("basket", "POST /baskets/{user}").map(({ calls }) => calls);
    for (const calls of loops) expect(sequential(calls)).toBe(true);
    expect(new Set(loops.map((calls) => calls.length))).toEqual(new Set([1, 2, 3, 4]));
  });

  test("an order is a loop of reservations, then a quote, then a notice; a failure cuts it short", () => {
    const orders = executions("orders", "POST /orders");
    for (const { calls } of orders) {
      expect(sequential(calls)).toBe(true);
      expect(calls.map((call) => call.name).join()).toMatch(
        /^(POST \/products\/\{id\}\/reservations,?){1,6}(POST \/quotes(,POST \/notices)?)?$/,
      );
      const failed = calls.findIndex((call) => call.error);
      if (failed >= 0) expect(failed).toBe(calls.length - 1);
    }
    expect(shareOf(orders, ({ calls }) => calls.at(-1)!.name === "POST /notices")).toBeGreaterThan(0.9);
  });

  test("what is on sale is priced, and once more after a failure", () => {
    const pages = executions("gateway", "GET /products/{id}");
    for (const { calls } of pages) {
      expect(sequential(calls)).toBe(true);
      const quotes = calls.slice(1);
      for (const quote of quotes) expect(quote.name).toBe("POST /quotes");
      if (quotes.length > 0)
        expect(quotes.length).toBe(quotes[0]!.attributes["http.response.status_code"] === "503" ? 2 : 1);
    }
    const priced = shareOf(pages, ({ calls }) => calls.length > 1);
    expect(priced).toBeGreaterThan(0.25);
    expect(priced).toBeLessThan(0.55);
  });

  test("a product comes from the cache or from the database, never both", () => {
    const reads = executions("catalogue", "GET /products/{id}");
    for (const { span, calls } of reads)
      expect(calls.map((call) => call.name)).toEqual(span.attributes["cache.hit"] === "true" ? [] : ["SELECT product"]);
    const hits = shareOf(reads, ({ span }) => span.attributes["cache.hit"] === "true");
    expect(hits).toBeGreaterThan(0.6);
    expect(hits).toBeLessThan(0.8);
  });

  test("notices outlive the order that asked for them, and nothing else outlives its parent", () => {
    const outliving = spans.filter((span) => span.parent && span.end > byId.get(span.parent)!.end);
    const notices = spans.filter((span) => span.kind === 3 && span.name === "POST /notices");
    expect(notices.length).toBeGreaterThan(100);
    expect(outliving.map((span) => span.id).sort()).toEqual(notices.map((span) => span.id).sort());
  });

  test("invoices ask for several times the work of an order", () => {
    const quoteOf = (name: string): number => {
      const requests = executions("orders", name)
        .flatMap(({ calls }) => calls.filter((call) => call.name === "POST /quotes"))
        .map((call) => Number(call.attributes["http.request.body.size"]));
      return requests.reduce((sum, size) => sum + size, 0) / requests.length;
    };
    const ratio = quoteOf("POST /invoices") / quoteOf("POST /orders");
    expect(ratio).toBeGreaterThan(4);
    expect(ratio).toBeLessThan(12);
  });

  test("an error now and then", () => {
    const quotes = executions("pricing", "POST /quotes");
    const failed = shareOf(quotes, ({ span }) => span.error);
    expect(failed).toBeGreaterThan(0.005);
    expect(failed).toBeLessThan(0.05);
  });
});
