import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LatencySamples } from "../lib/compare/latencySamples.ts";
import { cancellable } from "../lib/engine/cancellable.ts";
import { openDuckDBNode } from "../lib/engine/duckdbNode.ts";
import { closeLoop } from "../lib/export/go/closeLoop.ts";
import { readRuntime } from "../lib/export/go/readRuntime.ts";
import type { SystemMessage, SystemRequest } from "../lib/export/systemRun.ts";
import { readTopology } from "../lib/topology/readTopology.ts";
import { runOptionsOf } from "./commands/runOptions.ts";

/** Largest request, bytes. */
const mostBytes = 64 << 20;

/** Latencies of an API that are sent, at most. */
const mostLatencies = 5000;

/** Runs generated systems for pages. */
export interface SystemService {
  /** Answers `POST systems/run`: a `SystemRequest`, to lines of `SystemMessage`s, until the system is stopped and judged. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Stops what runs. */
  close(): Promise<void>;
}

/** One system runs at a time, as two would measure each other; it stops when its page lets go of the request. */
export function serveSystems(): SystemService {
  let running: { stop: AbortController; ended: Promise<void> } | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" });
      response.end(`${text}\n`);
    };
    if (request.method !== "POST") return refuse(405, "systems are run by POST");
    if (running) return refuse(409, "a system is running already: stop it first");
    const stop = new AbortController();
    let ended = () => {};
    const mine = { stop, ended: new Promise<void>((resolve) => (ended = resolve)) };
    running = mine;
    response.on("close", () => stop.abort(new Error("stopped")));
    const say = (message: SystemMessage) => response.write(`${JSON.stringify(message)}\n`);
    try {
      const asked = JSON.parse(await bodyOf(request)) as SystemRequest;
      response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
      say({ step: "reading the topology" });
      say({ result: await runAsked(asked, stop.signal, (step) => say({ step })) });
    } catch (error) {
      const message = error instanceof Error ? error.message.split("\n")[0]! : String(error);
      if (response.headersSent) say({ error: message });
      else refuse(400, message);
    } finally {
      running = undefined;
      ended();
      response.end();
    }
  }

  return {
    handle,
    async close() {
      running?.stop.abort(new Error("the server is closing"));
      await running?.ended;
    },
  };
}

async function runAsked(
  { topology: text, options }: SystemRequest,
  signal: AbortSignal,
  onStep: (step: string) => void,
) {
  const topology = readTopology(text);
  const given = runOptionsOf(options);
  const folder = await mkdtemp(join(tmpdir(), "palette-system-"));
  const engine = await openDuckDBNode();
  try {
    const dataset = { engine: cancellable(engine, signal), schema: "running" };
    const loop = await closeLoop(topology, folder, await readRuntime(), dataset, {
      ...{ ...given, calibrated: true, signal, onStep },
    });
    const { rate, ownRate, costs, run, model, drawn, samples } = loop;
    return {
      rate,
      ownRate,
      costs,
      run,
      model,
      drawn,
      running: thinned(samples.running),
      modelled: thinned(samples.model),
    };
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Evenly chosen latencies of each API. */
function thinned({ apis, roots }: LatencySamples) {
  const thin = (list: LatencySamples["apis"]) =>
    list.map(({ durations, ...api }) => {
      const step = Math.max(1, durations.length / mostLatencies);
      const length = Math.min(durations.length, mostLatencies);
      return {
        ...api,
        n: durations.length,
        durations: Array.from({ length }, (_, at) => durations[Math.floor(at * step)]!),
      };
    });
  return { apis: thin(apis), roots: thin(roots) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`the request is larger than ${mostBytes >> 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
