import { literal } from "../engine/sql.ts";
import type { Executions } from "../simulate/executions.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import type { ApiNames } from "./latencySamples.ts";
import { sampleBelow } from "./readSamples.ts";

/** Executions of a data set, and the names of the APIs that they index. */
export interface OriginalExecutions {
  executions: Executions;
  names: ApiNames;
  /** The data set's number of each trace. */
  traces: number[];
}

/**
 * Reads a bounded sample of a data set's traces as the columns that the simulator also makes: entry executions first,
 * callers before their callees. Fragments of traces are left out. Edges are numbered as in the data set's tables.
 * @param traces how many at most about, chosen by a hash of the trace id
 * @param half the traces that are held out, those that are not, or both
 */
export async function readExecutions(
  dataset: Dataset,
  traces: number,
  half: "train" | "test" | "both" = "both",
): Promise<OriginalExecutions> {
  const t = (table: string) => tableOf(dataset, table);
  return collect(
    dataset,
    `SEMI JOIN (
      SELECT trace FROM ${t("split")} WHERE sample < ${literal(await sampleBelow(dataset, traces))}
        ${half === "both" ? "" : `AND test = ${half === "test"}`}) s ON s.trace = e.trace`,
  );
}

/** Reads one whole trace by its id; throws one line where the data set has none of that id. */
export async function readTrace(dataset: Dataset, id: string): Promise<OriginalExecutions> {
  const found = await dataset.engine.query(`SELECT number FROM ${tableOf(dataset, "traces")} WHERE id = ?`, [id]);
  const number = found.get(0)?.number;
  if (number === undefined) throw new Error(`trace ${JSON.stringify(id)} is not in the data set`);
  return collect(dataset, `SEMI JOIN (SELECT ${Number(number)} AS trace) s ON s.trace = e.trace`);
}

async function collect(dataset: Dataset, filter: string): Promise<OriginalExecutions> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const rows = await engine.query(`
    SELECT e.trace, e.span::DOUBLE AS span, coalesce(e.parent, -1)::DOUBLE AS parent, e.api,
      coalesce(e.edge, -1)::INTEGER AS edge, e.start, e.duration, e.waited, coalesce(c.stage, 0)::INTEGER AS stage,
      e.asynchronous::INTEGER AS asynchronous
    FROM ${t("executions")} e LEFT JOIN ${t("stage_calls")} c ON c.span = e.span ${filter}
    WHERE NOT e.fragment ORDER BY e.trace, e.span`);
  const numbers = (name: string) => rows.getChild(name)?.toArray() as Float64Array;
  const [span, parent, trace] = ["span", "parent", "trace"].map(numbers) as [Float64Array, Float64Array, Float64Array];
  const order = callersFirst(span, parent);
  const row = new Map(order.map((from, to) => [span[from], to]));
  const traces = new Map<number, number>();
  /** A column in the new order. Asking for it once matters: one that came in several batches is copied each time. */
  const ordered = (name: string) => {
    const column = numbers(name);
    return Float64Array.from(order, (from) => column[from]);
  };
  const executions: Executions = {
    length: order.length,
    traces: 0,
    trace: Int32Array.from(order, (from) => {
      const number = trace[from];
      const known = traces.get(number) ?? traces.size;
      traces.set(number, known);
      return known;
    }),
    parent: Int32Array.from(order, (from) => row.get(parent[from]) ?? -1),
    api: Int32Array.from(ordered("api")),
    edge: Int32Array.from(ordered("edge")),
    start: ordered("start"),
    duration: ordered("duration"),
    waited: ordered("waited"),
    stage: Int32Array.from(ordered("stage")),
    asynchronous: Uint8Array.from(ordered("asynchronous")),
  };
  executions.traces = traces.size;
  const names = await engine.query(`SELECT api, service, operation FROM ${t("names")} ORDER BY api`);
  const apis = [...names].map((name) => ({ service: String(name.service), name: String(name.operation) }));
  const services = [...new Set(apis.map(({ service }) => service))].map((name) => ({ id: name, name }));
  return { executions, names: { services, apis }, traces: [...traces.keys()] };
}

/** Rows in depth-first order, so that a caller, whose clock may be ahead, still comes before its callees. */
function callersFirst(span: Float64Array, parent: Float64Array): number[] {
  const calls = new Map<number, number[]>();
  const roots: number[] = [];
  for (let i = 0; i < span.length; i++) {
    const siblings = parent[i] < 0 ? roots : calls.get(parent[i]);
    if (siblings) siblings.push(i);
    else calls.set(parent[i], [i]);
  }
  const order: number[] = [];
  const stack = roots.reverse();
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    order.push(i);
    for (const callee of calls.get(span[i])?.reverse() ?? []) stack.push(callee);
  }
  return order;
}
