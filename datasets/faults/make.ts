import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { otlpLine, type RecordedSpan } from "../otlp.ts";
import { Random } from "../random.ts";
import { Clock, Servers } from "./clock.ts";
import { type InjectedFault, type ShopService, shop } from "./scenario.ts";

/** 2024-01-01T00:00:00Z, in ns. */
const origin = 1704067200000000000n;

/** The shop's traces as OTLP JSON lines, one trace a line in order of entry; the same seed gives the same text. */
export function makeFaults(seed: number = shop.seed, faults: readonly InjectedFault[] = shop.faults): string {
  return new Shop(seed, faults).run();
}

interface Caller {
  span: string;
  service: ShopService;
}

class Shop {
  private readonly clock = new Clock();
  private readonly random: Random;
  private readonly servers: Record<ShopService, Servers>;

  constructor(
    seed: number,
    private readonly faults: readonly InjectedFault[],
  ) {
    this.random = new Random(seed);
    const of = (service: ShopService) => new Servers(this.clock, shop.services[service].servers);
    this.servers = { gateway: of("gateway"), catalog: of("catalog"), stock: of("stock"), price: of("price") };
  }

  run(): string {
    const { clock, random } = this;
    const traces: RecordedSpan[][] = [];
    let at = 0;
    for (;;) {
      at += random.exponential(1e6 / shop.rate);
      if (at >= shop.seconds * 1e6) break;
      const spans: RecordedSpan[] = [];
      traces.push(spans);
      clock.after(at, () => this.enter(spans));
    }
    clock.run();
    return `${traces.map((spans) => otlpLine(spans)).join("\n")}\n`;
  }

  /** A product is looked up, then its stock and price at once; an order asks for the stock of its lines in turn. */
  private enter(spans: RecordedSpan[]): void {
    const { random } = this;
    const trace = random.hex(32);
    const looking = random.uniform() < shop.looking;
    const lines = random.integer(1, 3);
    this.handle(spans, trace, "gateway", looking ? "GET /products" : "POST /orders", undefined, (self, done) => {
      const stock = (then: () => void) => this.call(spans, trace, self, "stock", "GET /level", then);
      const price = (then: () => void) => this.call(spans, trace, self, "price", "POST /quote", then);
      if (looking) {
        this.call(spans, trace, self, "catalog", "GET /item", () => {
          let left = 2;
          const joined = () => --left === 0 && done();
          stock(joined);
          price(joined);
        });
        return;
      }
      const next = (left: number) => (left === 0 ? price(done) : stock(() => next(left - 1)));
      next(lines);
    });
  }

  /** A client span from the call to the answer; the ways there and back lie between it and the server's span. */
  private call(
    spans: RecordedSpan[],
    trace: string,
    caller: Caller,
    service: ShopService,
    api: string,
    then: () => void,
  ): void {
    const { clock, random } = this;
    const span = random.hex(16);
    const start = clock.now;
    const way = random.lognormal(shop.network.mean, shop.network.sigma) / 2;
    clock.after(way, () =>
      this.handle(
        spans,
        trace,
        service,
        api,
        span,
        (_, done) => done(),
        () => {
          clock.after(way + this.delay(service), () => {
            spans.push(
              spanOf(
                { trace, id: span, parent: caller.span, service: caller.service, name: api },
                "client",
                start,
                clock.now,
              ),
            );
            then();
          });
        },
      ),
    );
  }

  /** Waits for a server, works, calls others (without a server), and ends; queueing lies before the span. */
  private handle(
    spans: RecordedSpan[],
    trace: string,
    service: ShopService,
    api: string,
    parent: string | undefined,
    calls: (self: Caller, done: () => void) => void,
    answered: () => void = () => {},
  ): void {
    const { clock, random } = this;
    const { mean, sigma } = shop.services[service];
    const id = random.hex(16);
    let start = 0;
    this.servers[service].serve(
      () => {
        start = clock.now;
        return random.lognormal(mean, sigma) * this.slowness(service);
      },
      () =>
        calls({ span: id, service }, () => {
          spans.push(spanOf({ trace, id, ...(parent && { parent }), service, name: api }, "server", start, clock.now));
          answered();
        }),
    );
  }

  private slowness(service: ShopService): number {
    return this.fault(service, "cpu_contention")?.by ?? 1;
  }

  private delay(service: ShopService): number {
    return this.fault(service, "network_delay")?.by ?? 0;
  }

  private fault(service: ShopService, kind: InjectedFault["kind"]): InjectedFault | undefined {
    const seconds = this.clock.now / 1e6;
    return this.faults.find(
      (each) => each.service === service && each.kind === kind && seconds >= each.from && seconds < each.to,
    );
  }
}

function spanOf(
  span: Pick<RecordedSpan, "trace" | "id" | "parent" | "service" | "name">,
  kind: RecordedSpan["kind"],
  start: number,
  end: number,
): RecordedSpan {
  const time = (micros: number) => origin + BigInt(Math.round(micros * 1000));
  return { ...span, kind, start: time(start), end: time(end), error: false, attributes: {} };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(new URL("traces.jsonl.gz", import.meta.url), gzipSync(makeFaults(), { level: 9 }));
}
