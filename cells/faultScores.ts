import { holdOutFaults, originOf, readFaultWindows } from "../lib/interventions/faultWindows.ts";
import { scoreWindow, type WindowScores } from "../lib/interventions/scoreWindow.ts";
import { fitTopology } from "../lib/topology/fitTopology.ts";
import type { Topology } from "../lib/topology/topology.ts";
import type { SpanTraces } from "./openTraces.ts";

/** A topology without faults, and how well it predicts what users saw of each. */
export interface FaultsScored {
  healthy: Topology;
  windows: WindowScores[];
  /** What is left as plain data: figures without samples. */
  toJSON(): object;
}

/**
 * Fits a topology to the traces outside all windows, and predicts the roots of each window from how the service at fault
 * behaved in it.
 * @param faults JSON, as `readFaultWindows` takes it
 * @param onStep told what is being done
 */
export function scoreFaults(
  { dataset, resolution, turns }: SpanTraces,
  { name, faults, onStep }: { name: string; faults: string; onStep?: (step: string) => void },
): Promise<FaultsScored> {
  return turns.take(async () => {
    const listed = readFaultWindows(faults, await originOf(dataset));
    onStep?.("Fitting the traces without faults");
    await holdOutFaults(dataset, listed);
    const healthy = await fitTopology(dataset, { name, resolution, options: { without: "faults" } });
    const windows: WindowScores[] = [];
    for (const window of listed) {
      onStep?.(`Predicting ${window.service}, ${window.kind}`);
      windows.push(await scoreWindow(dataset, healthy, window, resolution));
    }
    const plain = windows.map(({ service, kind, roots, all }) => ({
      ...{ service, kind, roots, noise: all?.noise ?? null, visible: all?.visible ?? null },
      ks: Object.fromEntries(Object.entries(all?.scores ?? {}).map(([predicted, score]) => [predicted, score.ks])),
    }));
    return { healthy, windows, toJSON: () => ({ windows: plain }) };
  });
}
