import { type OriginalExecutions, readExecutions } from "../compare/readExecutions.ts";
import { rootsThrough } from "../compare/rootsThrough.ts";
import { fitTopology } from "../topology/fitTopology.ts";
import type { Topology } from "../topology/topology.ts";
import { type Dataset, tableOf } from "../traces/dataset.ts";
import { replacingBehaviour, showsBehaviour } from "./behaviourOf.ts";
import { type FaultWindow, holdOutAllBut, holdOutAllButTraces } from "./faultWindows.ts";
import type { Intervention } from "./operation.ts";
import { begins, type FaultScores, scoreFault, scoreTransfer } from "./scoreFault.ts";

export interface WindowScores extends FaultWindow {
  /** Roots of the window that come to the service. */
  roots: number;
  /** Null where too few roots come to the service, or it is not known without the fault. */
  all: FaultScores | null;
  /** What the window shows of the service, as an intervention on the topology without the fault. */
  intervention: Intervention | null;
  /** The behaviour seen in one kind of traces, scored on the others; null where there is no second kind, or no donor. */
  transfer: (FaultScores & { donor: string; roots: number }) | null;
}

/** Fewer roots than this can say nothing. */
const fewest = 20;
/** Traces of a window, at most about. */
const most = 20_000;

/**
 * Predicts what users saw in a window of a fault, and scores that. The donor of the transfer is the kind of traces that
 * comes to the service most often.
 * @param dataset its executions are built; its split is replaced
 * @param healthy fitted to the traces without a fault
 */
export async function scoreWindow(
  dataset: Dataset,
  healthy: Topology,
  window: FaultWindow,
  resolution: number,
): Promise<WindowScores> {
  const { service } = window;
  await holdOutAllBut(dataset, window);
  if ((await left(dataset)) === 0) return { ...window, roots: 0, all: null, intervention: null, transfer: null };
  const observed = await readExecutions(dataset, most, "train");
  const roots = rootsThrough(observed.executions, observed.names, (name) => name === service);
  const found = { ...window, roots: roots.kind.length, all: null, intervention: null, transfer: null };
  if (found.roots < fewest) return found;
  const faulty = await fitTopology(dataset, { resolution, name: "window", nodes: ["context"] });
  if (![healthy, faulty].every((each) => showsBehaviour(each, service))) return found;
  const refitted = await fitTopology(dataset, { resolution, name: "window" });
  const all = scoreFault({ service, healthy, refitted, faulty, observed });
  const intervention = replacingBehaviour(faulty, service);
  if (!all.visible || begins(healthy, service)) return { ...found, all, intervention };
  return { ...found, all, intervention, transfer: await transferOf(dataset, healthy, window, observed, resolution) };
}

async function transferOf(
  dataset: Dataset,
  healthy: Topology,
  { service }: FaultWindow,
  observed: OriginalExecutions,
  resolution: number,
): Promise<WindowScores["transfer"]> {
  const { kind, trace } = rootsThrough(observed.executions, observed.names, (name) => name === service);
  const counts = new Map<string, number>();
  for (const each of kind) counts.set(each, (counts.get(each) ?? 0) + 1);
  const [donor] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  const others = kind.length - counts.get(donor)!;
  if (others < fewest) return null;
  const donors = trace.flatMap((number, index) => (kind[index] === donor ? [observed.traces[number]!] : []));
  await holdOutAllButTraces(dataset, donors);
  const shown = await fitTopology(dataset, { resolution, name: "donor", nodes: ["context"] });
  if (!showsBehaviour(shown, service)) return null;
  return { ...scoreTransfer({ service, healthy, observed }, shown, new Set([donor])), donor, roots: others };
}

async function left(dataset: Dataset): Promise<number> {
  const rows = await dataset.engine.query(
    `SELECT count(*)::DOUBLE AS n FROM ${tableOf(dataset, "split")} WHERE NOT test`,
  );
  return Number(rows.get(0)!.n);
}
