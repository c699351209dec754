import type { Topology } from "../topology/topology.ts";
import { calleeStart } from "./calleeStart.ts";
import type { Executions } from "./executions.ts";
import { textChunks } from "./textChunks.ts";
import { tickOf } from "./tickOf.ts";
import { TraceIds } from "./traceIds.ts";

export interface OtlpOptions {
  /** Seed of the trace and span ids. */
  seed: number;
  /** Start of the run, whole seconds since 1970; 1,700,000,000 unless told. */
  origin?: number;
}

/** Span kinds of OpenTelemetry. */
const kinds = { server: 2, client: 3 } as const;

interface Span {
  /** Index of the service. */
  service: number;
  start: number;
  json: string;
}

/**
 * Generated traces as OTLP JSON lines, as the Collector's file exporter writes them: one trace a line with one
 * `resourceSpans` for each service, its spans in order of time. Every execution of an API is a server span (kind 2),
 * within a service too, so that kind 2 means an API; a call to another service has a client span (kind 3) around it,
 * named by the edge's operation or else the callee. The root has no parentSpanId.
 * @param batches executions of this topology; they are read as the consumer asks for text
 * @returns chunks of whole lines
 */
export function writeOtlp(
  topology: Topology,
  batches: Iterable<Executions>,
  options: OtlpOptions,
): Generator<string, void, undefined> {
  return textChunks(lines(topology, batches, options));
}

function* lines(topology: Topology, batches: Iterable<Executions>, options: OtlpOptions): Generator<string> {
  const { seed, origin = 1_700_000_000 } = options;
  const ids = new TraceIds(seed);
  const tick = tickOf(topology);
  const serviceIndex = new Map(topology.services.map((service, index) => [service.id, index]));
  const resources = topology.services.map(({ name }) =>
    JSON.stringify({ attributes: [{ key: "service.name", value: { stringValue: name } }] }),
  );
  const services = topology.apis.map((api) => serviceIndex.get(api.service)!);
  const apiNames = topology.apis.map((api) => JSON.stringify(api.name));
  const callee = new Map(topology.apis.map((api, index) => [api.id, apiNames[index]!]));
  const remote = topology.edges.map((edge) => edge.kind === "remote");
  const operations = topology.edges.map((edge) =>
    edge.operation === undefined ? callee.get(edge.callee)! : JSON.stringify(edge.operation),
  );

  const times = (start: number, duration: number) => {
    const nanos = Math.round(start * 1000);
    return `"startTimeUnixNano":"${unixNano(nanos)}","endTimeUnixNano":"${unixNano(nanos + Math.round(duration * 1000))}"`;
  };
  const unixNano = (nanos: number) => {
    const seconds = Math.floor(nanos / 1e9);
    return `${origin + seconds}${String(nanos - seconds * 1e9).padStart(9, "0")}`;
  };

  for (const batch of batches) {
    for (let from = 0, to = 0; from < batch.length; from = to) {
      const traceId = ids.trace(batch.trace[from]!);
      const spans: Span[] = [];
      const add = (
        id: string,
        parent: string,
        service: number,
        name: string,
        kind: number,
        start: number,
        time: number,
      ) => {
        const parentSpanId = parent && `"parentSpanId":"${parent}",`;
        const json = `{"traceId":"${traceId}","spanId":"${id}",${parentSpanId}"name":${name},"kind":${kind},${times(start, time)}}`;
        spans.push({ service, start, json });
      };
      while (to < batch.length && batch.trace[to] === batch.trace[from]) {
        const row = to++;
        const api = batch.api[row]!;
        const edge = batch.edge[row]!;
        const parentRow = batch.parent[row]!;
        let parent = parentRow < 0 ? "" : ids.span(2 * (parentRow - from));
        if (edge >= 0 && remote[edge]) {
          const client = ids.span(2 * (row - from) + 1);
          const caller = services[batch.api[parentRow]!]!;
          add(client, parent, caller, operations[edge]!, kinds.client, batch.start[row]!, batch.waited[row]!);
          parent = client;
        }
        const start = calleeStart(batch, row, tick);
        add(
          ids.span(2 * (row - from)),
          parent,
          services[api]!,
          apiNames[api]!,
          kinds.server,
          start,
          batch.duration[row]!,
        );
      }
      yield `${traceLine(spans, resources)}\n`;
    }
  }
}

function traceLine(spans: Span[], resources: string[]): string {
  spans.sort((a, b) => a.start - b.start);
  const byService = new Map<number, string[]>();
  for (const { service, json } of spans) {
    const list = byService.get(service);
    if (list) list.push(json);
    else byService.set(service, [json]);
  }
  const entries = [...byService].map(
    ([service, list]) =>
      `{"resource":${resources[service]},"scopeSpans":[{"scope":{"name":"palette"},"spans":[${list.join(",")}]}]}`,
  );
  return `{"resourceSpans":[${entries.join(",")}]}`;
}
