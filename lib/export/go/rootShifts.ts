import { type LatencySamples, latencySamples, samplesKey } from "../../compare/latencySamples.ts";
import { sampleQuantile } from "../../compare/quantileErrors.ts";
import { compile } from "../../simulate/compile.ts";
import { simulate } from "../../simulate/simulate.ts";
import type { Topology } from "../../topology/topology.ts";

/** How the median latency of a root moves under interventions, µs. */
export interface RootShift {
  service: string;
  api: string;
  predicted: { before: number; after: number };
  measured: { before: number; after: number };
}

/** The systems as simulated and as run, before and after interventions. */
export interface BeforeAndAfter<Side> {
  before: Side;
  after: Side;
}

/**
 * The shifts of all roots that both systems ran: as simulation predicts them, of 20,000 traces with equal seeds on both
 * sides, and as they were measured. Equal seeds of the runs draw alike, so that the measured difference has little of
 * chance.
 */
export function rootShifts(
  topologies: BeforeAndAfter<Topology>,
  measured: BeforeAndAfter<LatencySamples>,
  seed: number,
): RootShift[] {
  const simulated = (of: Topology) => medians(latencySamples(simulate(compile(of), { traces: 20_000, seed }), of));
  const predicted = { before: simulated(topologies.before), after: simulated(topologies.after) };
  const ran = { before: medians(measured.before), after: medians(measured.after) };
  return measured.before.roots.flatMap(({ service, name }) => {
    const key = samplesKey({ service, name });
    const of = ({ before, after }: BeforeAndAfter<Map<string, number>>) => ({
      before: before.get(key) ?? Number.NaN,
      after: after.get(key) ?? Number.NaN,
    });
    return ran.after.has(key) ? [{ service, api: name, predicted: of(predicted), measured: of(ran) }] : [];
  });
}

function medians({ roots }: LatencySamples): Map<string, number> {
  return new Map(roots.map((root) => [samplesKey(root), sampleQuantile(root.durations, 0.5)]));
}
