import { mixtureOf } from "../gcm/mixtureOf.ts";
import type { GcmNode, Topology } from "../topology/topology.ts";

/** The load that traces of a topology run at; undefined where nothing depends on it. */
export function loadNode({ exogenous }: Topology): GcmNode | undefined {
  return exogenous.find(({ kind, levels }) => kind === "load" && levels?.length);
}

/** Moves the traces to another load: to a mixture of the levels beside it, which is said where it was never recorded. */
export function moveLoad(node: GcmNode, load: number, say: (sentence: string) => void): void {
  const levels = node.levels!;
  for (const [index, weight] of mixtureOf(levels, load).entries()) levels[index]!.probability = weight;
  const [least, most] = [levels[0]!.least, levels.at(-1)!.most];
  if (load < least || load > most) {
    const nearest = load < least ? levels[0]! : levels.at(-1)!;
    say(
      `load ${load} is outside of what was recorded (${least} to ${most}): latencies are those of load ${nearest.load}`,
    );
    return;
  }
  const mixed = levels.filter(({ probability }) => probability > 0);
  if (mixed.length < 2) return;
  const parts = mixed.map(({ load, probability }) => `${Math.round(100 * probability)} % of load ${load}`);
  say(`load ${load} is predicted: ${parts.join(" and ")}`);
}
