import { type LatencySamples, latencySamples, samplesKey } from "../../compare/latencySamples.ts";
import { sampleQuantile } from "../../compare/quantileErrors.ts";
import { compile } from "../../simulate/compile.ts";
import { simulate } from "../../simulate/simulate.ts";
import type { Topology } from "../../topology/topology.ts";

/** How the median latency of a root moves under interventions, µs. */
export interface RootShift {
  service: string;
  api: string;
  /** By simulation of 20,000 traces. */
  predicted: BeforeAndAfter<number>;
  /** What the runs' own executions drew, and what they took. */
  drawn: BeforeAndAfter<number>;
  measured: BeforeAndAfter<number>;
}

/** The systems as simulated and as run, before and after interventions. */
export interface BeforeAndAfter<Side> {
  before: Side;
  after: Side;
}

/**
 * The shifts of all roots that both systems ran: as simulation predicts them, with equal seeds on both sides, and as they
 * were measured. Runs of equal seeds draw alike; what chance did is between what is predicted and what was drawn.
 */
export function rootShifts(
  topologies: BeforeAndAfter<Topology>,
  runs: { drawn: BeforeAndAfter<LatencySamples>; measured: BeforeAndAfter<LatencySamples> },
  seed: number,
): RootShift[] {
  const simulated = (of: Topology) => medians(latencySamples(simulate(compile(of), { traces: 20_000, seed }), of));
  const sides = <Side>(of: BeforeAndAfter<Side>, use: (side: Side) => Map<string, number>) => ({
    ...{ before: use(of.before), after: use(of.after) },
  });
  const found = {
    predicted: sides(topologies, simulated),
    drawn: sides(runs.drawn, medians),
    measured: sides(runs.measured, medians),
  };
  return runs.measured.before.roots.flatMap(({ service, name }) => {
    const key = samplesKey({ service, name });
    const of = ({ before, after }: BeforeAndAfter<Map<string, number>>) => ({
      before: before.get(key) ?? Number.NaN,
      after: after.get(key) ?? Number.NaN,
    });
    const { predicted, drawn, measured } = found;
    if (!measured.after.has(key)) return [];
    return [{ service, api: name, predicted: of(predicted), drawn: of(drawn), measured: of(measured) }];
  });
}

function medians({ roots }: LatencySamples): Map<string, number> {
  return new Map(roots.map((root) => [samplesKey(root), sampleQuantile(root.durations, 0.5)]));
}
