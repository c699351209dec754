import type { Topology } from "../../lib/topology/topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

/** Names that break what is put together from text without care. */
export const hostile = [
  'a,b"c',
  "line\nbreak",
  "<script>alert('x')</script>",
  "'; DROP TABLE spans; --",
  "π\u2028\ud800",
];

/**
 * The patterns under hostile names, with a network of 10 µs on one edge, an operation on another, and the leaf X in the
 * gateway's own service, so that its calls are local.
 */
export function hostileTopology(): Topology {
  const topology = patternsTopology();
  topology.services[0]!.name = hostile[0]!;
  topology.services[1]!.name = hostile[2]!;
  topology.apis[0]!.name = hostile[1]!;
  topology.apis[1]!.name = hostile[3]!;
  topology.apis[2]!.name = hostile[4]!;
  topology.apis.find(({ id }) => id === "store X")!.service = "gateway";
  for (const edge of topology.edges) if (edge.callee === "store X") edge.kind = "local";
  topology.edges[1]!.operation = "GET /y";
  topology.apis[0]!.gcm.nodes.push({
    id: "network",
    kind: "network",
    parents: [],
    unit: "us",
    edge: "sequential>Y",
    tables: [{ given: {}, n: 1, values: [10] }],
  });
  return topology;
}
