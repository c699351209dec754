import { cancellable } from "../lib/engine/cancellable.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { buildExecutions } from "../lib/executions/buildExecutions.ts";
import { requireExecutions } from "../lib/executions/requireExecutions.ts";
import { splitTraces } from "../lib/executions/splitTraces.ts";
import { type Dataset, tableOf } from "../lib/traces/dataset.ts";
import { type Ledger, readLedger } from "../lib/traces/ledger.ts";
import { metaTables } from "../lib/traces/meta.ts";
import { type ReadFile, type ReadOptions, readTraces } from "../lib/traces/readTraces.ts";
import { dropSchema } from "./dropSchema.ts";
import { Turns } from "./turns.ts";

export interface OpenTracesOptions extends Omit<ReadOptions, "onProgress"> {
  /** Told what is being done, and its finished share, 0 to 1, where that is known. */
  onStep?: (step: string, share?: number) => void;
}

/** How much the traces hold. */
export interface TraceCounts {
  traces: number;
  executions: number;
  services: number;
  apis: number;
  /** Time between the first and the last start, µs. */
  duration: number;
}

/** Traces in an engine, built into executions. */
export interface OpenTraces {
  dataset: Dataset;
  files: ReadFile[];
  ledger: Ledger;
  /** Time resolution of the data set, µs; null for summaries without spans, which have no executions. */
  resolution: number | null;
  counts: TraceCounts | null;
  /** Fits take turns: each writes the tables of its split. */
  turns: Turns;
  /** What is left as plain data: no engine. */
  toJSON(): object;
}

/** Data sets get a schema each, so that a notebook can hold several at once. */
let opened = 0;

/**
 * Reads traces into the engine and builds executions from them. The data set stays there for further queries; when
 * `signal` aborts, whatever runs on it is cancelled and its tables are dropped.
 * @param addresses files, globs or folders
 * @throws Error of one line when nothing can be read, or when every row is rejected
 */
export async function openTraces(
  engine: Engine,
  addresses: readonly string[],
  { onStep, ...reading }: OpenTracesOptions = {},
): Promise<OpenTraces> {
  const { signal } = reading;
  signal?.throwIfAborted();
  const schema = `traces_${++opened}`;
  const dataset = { engine: cancellable(engine, signal), schema };
  const work = async (): Promise<OpenTraces> => {
    const onProgress = (share: number, path: string) => onStep?.(`Reading ${path}`, share);
    const { files } = await readTraces(dataset, addresses, { ...reading, onProgress });
    const summaries = files.every(({ format }) => format in metaTables);
    if (!summaries) onStep?.("Building executions");
    const resolution = summaries ? null : await buildExecutions(dataset);
    if (!summaries) await requireExecutions(dataset);
    if (!summaries) await splitTraces(dataset, 0, 1);
    const counts = summaries ? null : await countTraces(dataset);
    const ledger = await readLedger(dataset);
    const plain = { files, ledger, resolution, counts };
    return { dataset, ...plain, turns: new Turns(), toJSON: () => plain };
  };
  const working = work();
  signal?.addEventListener("abort", () => void dropSchema(engine, schema, working), { once: true });
  return working;
}

/** Traces that have executions, not summaries alone. */
export interface SpanTraces extends OpenTraces {
  resolution: number;
  counts: TraceCounts;
}

/** The traces as they are; throws one line where summaries alone were read. */
export function spanTraces(traces: OpenTraces): SpanTraces {
  const { resolution, counts, files } = traces;
  if (resolution !== null && counts !== null) return traces as SpanTraces;
  const rest = files.length > 1 ? ` and ${files.length - 1} more` : "";
  throw new Error(`${files[0]?.path}${rest}: summaries without spans have no latencies`);
}

async function countTraces(dataset: Dataset): Promise<TraceCounts> {
  const counted = await dataset.engine.query(`
    SELECT count(DISTINCT e.trace)::DOUBLE AS traces, count(*)::DOUBLE AS executions,
      count(DISTINCT n.service)::DOUBLE AS services, count(DISTINCT (n.service, n.operation))::DOUBLE AS apis,
      coalesce(max(e.start) - min(e.start), 0) AS duration
    FROM ${tableOf(dataset, "executions")} e JOIN ${tableOf(dataset, "names")} n USING (api)`);
  const row = counted.get(0)!;
  return {
    traces: Number(row.traces),
    executions: Number(row.executions),
    services: Number(row.services),
    apis: Number(row.apis),
    duration: Number(row.duration),
  };
}
