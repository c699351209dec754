import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { otlpLine, type RecordedSpan } from "../otlp.ts";
import { Random } from "../random.ts";
import { figure1 } from "./scenario.ts";

/** 2024-01-01T00:00:00Z, in ns. */
const origin = 1704067200000000000n;

/** The scenario's traces as OTLP JSON lines, one trace a line; the same seed gives the same text. */
export function makeFigure1(seed: number = figure1.seed): string {
  const random = new Random(seed);
  const lines: string[] = [];
  let entry = origin;
  for (let i = 0; i < figure1.traces; i++) {
    entry += nanoseconds(random.exponential(1e6 / figure1.rate));
    lines.push(otlpLine(drawTrace(random, entry)));
  }
  return `${lines.join("\n")}\n`;
}

function drawTrace(random: Random, entry: bigint): RecordedSpan[] {
  const { callers, ownHalf, network, worker } = figure1;
  const caller = random.uniform() < callers[0]!.share ? callers[0]! : callers[1]!;
  const items = random.integer(caller.items.low, caller.items.high);
  const gap = nanoseconds(random.lognormal(network.mean, network.sigma) / 2);
  const asked = entry + nanoseconds(random.lognormal(ownHalf.mean, ownHalf.sigma));
  const begun = asked + gap;
  const done = begun + nanoseconds(items * random.lognormal(worker.perItem.mean, worker.perItem.sigma));
  const answered = done + gap;
  const exit = answered + nanoseconds(random.lognormal(ownHalf.mean, ownHalf.sigma));
  const trace = random.hex(32);
  const [root, client, server] = [random.hex(16), random.hex(16), random.hex(16)];
  const sizes = {
    "http.request.body.size": worker.requestBytes(items),
    "http.response.body.size": worker.responseBytes(items),
  };
  const common = { trace, error: false };
  return [
    {
      ...common,
      id: root,
      service: caller.service,
      name: caller.api,
      kind: "server",
      start: entry,
      end: exit,
      attributes: {},
    },
    {
      ...common,
      id: client,
      parent: root,
      service: caller.service,
      name: worker.api,
      kind: "client",
      start: asked,
      end: answered,
      attributes: { "peer.service": worker.service, ...sizes },
    },
    {
      ...common,
      id: server,
      parent: client,
      service: worker.service,
      name: worker.api,
      kind: "server",
      start: begun,
      end: done,
      attributes: sizes,
    },
  ];
}

function nanoseconds(microseconds: number): bigint {
  return BigInt(Math.round(microseconds * 1000));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(new URL("traces.jsonl.gz", import.meta.url), gzipSync(makeFigure1(), { level: 9 }));
}
