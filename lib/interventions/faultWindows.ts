import { splitWhere } from "../executions/splitTraces.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { shown } from "./fields.ts";

/** A window of time in which a service behaved otherwise, µs after the first span of the data set. */
export interface FaultWindow {
  service: string;
  /** What was done to it, such as `network_delay`. */
  kind: string;
  from: number;
  to: number;
  /** From when on the system is no longer taken as healthy, µs: `from`, or earlier. */
  begins: number;
}

/** Faults need some time to take hold and end by themselves: what a list of injections leaves open, s after each. */
const lasts = { from: 10, to: 150 };
/** So long before an injection nothing counts as healthy, s. */
const before = 10;

/**
 * Reads windows from JSON: a list of `{service, kind, from, to}` in seconds after the first span, or Nezha's list of
 * injections, of which each is a window from 10 to 150 s after its time.
 * @param origin when the first span of the data set began, µs since the epoch
 * @throws Error of one line for anything else
 */
export function readFaultWindows(source: string, origin: number): FaultWindow[] {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Error(`faults: no JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null) throw new Error(`faults: ${shown(value)} is not a list`);
  return Object.values(value)
    .flat()
    .map((item, index) => readWindow(item, origin, `faults[${index}]`));
}

function readWindow(value: unknown, origin: number, place: string): FaultWindow {
  if (typeof value !== "object" || value === null) throw new Error(`${place}: ${shown(value)} is not an object`);
  const item = value as Record<string, unknown>;
  if (item.inject_timestamp !== undefined || item.inject_time !== undefined) {
    const at = injectedAt(item, place) - origin;
    const service = textOf(item, "inject_pod", place).replace(/-[a-z0-9]+-[a-z0-9]+$/, "");
    const window = { from: at + lasts.from * 1e6, to: at + lasts.to * 1e6, begins: at - before * 1e6 };
    return { service, kind: textOf(item, "inject_type", place), ...window };
  }
  const seconds = (name: string) => {
    const found = item[name];
    if (typeof found === "number" && Number.isFinite(found)) return found * 1e6;
    throw new Error(`${place}: ${name}: ${shown(found)} is not a number of seconds`);
  };
  const window = { from: seconds("from"), to: seconds("to"), begins: seconds("from") };
  if (window.from >= window.to) throw new Error(`${place}: nothing lies between ${item.from} and ${item.to} s`);
  return { service: textOf(item, "service", place), kind: textOf(item, "kind", place), ...window };
}

/**
 * When a fault was injected, µs since the epoch: the timestamp, put right by whole hours, as it is 8 of them off on some
 * days where the time beside it is UTC like the traces.
 */
function injectedAt({ inject_time, inject_timestamp }: Record<string, unknown>, place: string): number {
  const stamp = inject_timestamp === undefined ? Number.NaN : Number(inject_timestamp);
  const time = inject_time === undefined ? Number.NaN : Date.parse(`${String(inject_time).replace(" ", "T")}Z`) / 1000;
  if (inject_timestamp !== undefined && !Number.isFinite(stamp))
    throw new Error(`${place}: inject_timestamp: ${shown(inject_timestamp)} is no time`);
  if (inject_time !== undefined && !Number.isFinite(time))
    throw new Error(`${place}: inject_time: ${shown(inject_time)} is no time`);
  if (Number.isNaN(stamp)) return time * 1e6;
  const hours = Number.isNaN(time) ? 0 : Math.round((time - stamp) / 3600);
  return (stamp + 3600 * hours) * 1e6;
}

function textOf(item: Record<string, unknown>, name: string, place: string): string {
  const found = item[name];
  if (typeof found === "string" && found !== "") return found;
  throw new Error(`${place}: ${name}: ${shown(found)} is not a text`);
}

/** When the first span of a data set began, µs since the epoch. */
export async function originOf(dataset: Dataset): Promise<number> {
  const rows = await dataset.engine.query(
    `SELECT origin_ns::DOUBLE / 1000 AS origin FROM ${tableOf(dataset, "origin")}`,
  );
  return Number(rows.get(0)?.origin ?? 0);
}

/** Holds out every trace that runs while a fault may show. */
export function holdOutFaults(dataset: Dataset, windows: readonly FaultWindow[]): Promise<void> {
  const within = windows.map(({ begins, to }) => `(start < ${to} AND start + duration > ${begins})`);
  return splitWhere(dataset, `trace IN (${entries(dataset, within.join(" OR ") || "false")})`);
}

/** Holds out every trace but those that begin within a window. */
export function holdOutAllBut(dataset: Dataset, { from, to }: FaultWindow): Promise<void> {
  return splitWhere(dataset, `trace NOT IN (${entries(dataset, `start >= ${from} AND start < ${to}`)})`);
}

/** Holds out every trace but those of these numbers. */
export function holdOutAllButTraces(dataset: Dataset, traces: readonly number[]): Promise<void> {
  return splitWhere(dataset, traces.length > 0 ? `trace NOT IN (${traces.join(", ")})` : "true");
}

function entries(dataset: Dataset, condition: string): string {
  return `SELECT trace FROM ${tableOf(dataset, "executions")} WHERE parent IS NULL AND NOT fragment AND (${condition})`;
}
