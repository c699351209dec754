import type { Topology } from "../topology/topology.ts";
import { calleeStart } from "./calleeStart.ts";
import type { Executions } from "./executions.ts";
import { textChunks } from "./textChunks.ts";
import { tickOf } from "./tickOf.ts";
import { TraceIds } from "./traceIds.ts";

export interface AlibabaOptions {
  /** Seed of the trace ids. */
  seed: number;
  /** Whether the line with the columns' names comes first; it does unless told. */
  header?: boolean;
}

const columns = "traceid,timestamp,rpcid,um,rpctype,dm,interface,rt";

/**
 * Generated traces as Alibaba's 2021 MSCallGraph CSV: times in whole ms, rpcids dotted below the entry call's `0`, dm
 * the callee's service and interface the API. An entry call is one `http` row from `USER`; a call between services two
 * `rpc` rows, the caller's with rt and the callee's with −rt; a call within a service one `userDefined` row; a call
 * that is not waited for one `mq` row with the callee's duration.
 * @param batches executions of this topology; they are read as the consumer asks for text
 * @returns chunks of whole lines, the header first
 */
export function writeAlibaba(
  topology: Topology,
  batches: Iterable<Executions>,
  options: AlibabaOptions,
): Generator<string, void, undefined> {
  return textChunks(lines(topology, batches, options));
}

function* lines(topology: Topology, batches: Iterable<Executions>, options: AlibabaOptions): Generator<string> {
  if (options.header ?? true) yield `${columns}\n`;
  const ids = new TraceIds(options.seed);
  const tick = tickOf(topology);
  const serviceName = new Map(topology.services.map(({ id, name }) => [id, field(name)]));
  const services = topology.apis.map((api) => serviceName.get(api.service)!);
  const interfaces = topology.apis.map((api) => field(api.name));
  const remote = topology.edges.map((edge) => edge.kind === "remote");

  for (const batch of batches) {
    for (let from = 0, to = 0; from < batch.length; from = to) {
      const traceId = ids.trace(batch.trace[from]!);
      const rpcIds: string[] = [];
      const children: number[] = [];
      let text = "";
      const add = (row: number, start: number, type: string, time: number) => {
        const caller = batch.parent[row]!;
        const um = caller < 0 ? "USER" : services[batch.api[caller]!]!;
        const api = batch.api[row]!;
        const call = `${rpcIds[row - from]},${um},${type},${services[api]},${interfaces[api]}`;
        text += `${traceId},${Math.floor(start / 1000)},${call},${Math.round(time / 1000) || 0}\n`;
      };
      while (to < batch.length && batch.trace[to] === batch.trace[from]) {
        const row = to++;
        const caller = batch.parent[row]! - from;
        children.push(0);
        if (caller >= 0) children[caller]!++;
        rpcIds.push(caller < 0 ? "0" : `${rpcIds[caller]}.${children[caller]}`);
        const start = calleeStart(batch, row, tick);
        if (caller < 0) add(row, batch.start[row]!, "http", batch.duration[row]!);
        else if (batch.asynchronous[row]) add(row, start, "mq", batch.duration[row]!);
        else if (!remote[batch.edge[row]!]) add(row, batch.start[row]!, "userDefined", batch.duration[row]!);
        else {
          add(row, batch.start[row]!, "rpc", batch.waited[row]!);
          add(row, start, "rpc", -batch.duration[row]!);
        }
      }
      yield text;
    }
  }
}

/** A CSV field, quoted where it must be. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
