import type { Table, Topology } from "../../lib/topology/topology.ts";

/** Work that A asks of B, µs; C asks for ten times as much. */
const light = [800, 900, 950, 1000, 1050, 1100, 1300];
const heavy = light.map((value) => value * 10);

function constant(given: Table["given"], n: number, value: number): Table {
  return { given, n, values: [value] };
}

/**
 * Figure 1 of the paper, by hand: A and C both call B, and C asks B for ten times the work. Nine of ten entry calls
 * are C's, so that B's unconditional mean is about nine times what A asks for.
 */
export function figure1Topology(): Topology {
  const once = { walks: 1, treeStates: 3, threshold: "exact" as const, heldOut: 0 };
  const callsB = (edge: string, visits: number): Topology["apis"][number]["pfa"] => ({
    states: [
      { id: "start", calls: [], gap: 0, order: "certain" },
      {
        id: "s1",
        calls: [{ edge, probability: 1, asynchronous: false }],
        gap: 0.5,
        order: "certain",
      },
      { id: "finish", calls: [], gap: 0.5, order: "certain" },
    ],
    transitions: [
      { from: "start", given: {}, visits, to: [{ state: "s1", probability: 1 }] },
      { from: "s1", given: {}, visits, to: [{ state: "finish", probability: 1 }] },
    ],
    learning: { ...once, executions: visits },
  });
  const caller = (edge: string, ownTime: number, n: number): Topology["apis"][number]["gcm"] => ({
    equation: "latency = own_time + λ·(B + network)",
    nodes: [
      { id: "latency", kind: "latency", parents: ["own_time", `network:${edge}`], unit: "us" },
      { id: "path", kind: "path", parents: [], unit: "label" },
      { id: "own_time", kind: "own_time", parents: ["path"], unit: "us", tables: [constant({}, n, ownTime)] },
      { id: `called:${edge}`, kind: "called", parents: ["path"], unit: "probability", edge },
      {
        id: `network:${edge}`,
        kind: "network",
        parents: [],
        unit: "us",
        edge,
        tables: [{ given: {}, n, values: [80, 100, 120] }],
      },
    ],
    lambda: [{ edge, value: 1, fitted: 1 }],
  });
  return {
    format: "palette-topology",
    version: "1.0",
    name: "figure 1",
    resolution: 0.001,
    quantileGrid: [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1],
    services: [
      { id: "a", name: "a" },
      { id: "b", name: "b" },
      { id: "c", name: "c" },
    ],
    apis: [
      {
        id: "a A",
        service: "a",
        name: "A",
        executions: 1000,
        errors: 0,
        pfa: callsB("e1", 1000),
        gcm: caller("e1", 200, 1000),
        simple: { ownTime: 200, calls: [{ edge: "e1", mean: 1, asynchronous: false }] },
      },
      {
        id: "b B",
        service: "b",
        name: "B",
        executions: 10000,
        errors: 0,
        pfa: {
          states: [
            { id: "start", calls: [], gap: 0, order: "certain" },
            { id: "finish", calls: [], gap: 1, order: "certain" },
          ],
          transitions: [{ from: "start", given: {}, visits: 10000, to: [{ state: "finish", probability: 1 }] }],
          learning: { ...once, executions: 10000, treeStates: 2 },
        },
        gcm: {
          equation: "latency = own_time",
          nodes: [
            { id: "latency", kind: "latency", parents: ["own_time"], unit: "us" },
            { id: "path", kind: "path", parents: [], unit: "label" },
            { id: "caller", kind: "context", parents: [], unit: "label" },
            {
              id: "own_time",
              kind: "own_time",
              parents: ["caller", "path"],
              unit: "us",
              tables: [
                { given: { caller: "a A" }, n: 1000, values: light },
                { given: { caller: "c C" }, n: 9000, values: heavy },
                { given: {}, n: 10000, values: [800, 1000, 8000, 9000, 9500, 10000, 10500, 11000, 13000] },
              ],
            },
          ],
          lambda: [],
        },
        simple: { ownTime: 9230, calls: [] },
      },
      {
        id: "c C",
        service: "c",
        name: "C",
        executions: 9000,
        errors: 0,
        pfa: callsB("e2", 9000),
        gcm: caller("e2", 300, 9000),
        simple: { ownTime: 300, calls: [{ edge: "e2", mean: 1, asynchronous: false }] },
      },
    ],
    edges: [
      { id: "e1", caller: "a A", callee: "b B", kind: "remote", operation: "GET /b", calls: 1000, asynchronous: 0 },
      { id: "e2", caller: "c C", callee: "b B", kind: "remote", operation: "GET /b", calls: 9000, asynchronous: 0 },
    ],
    exogenous: [],
    workload: {
      arrivals: "poisson",
      rate: 100,
      duration: 1e8,
      mix: [
        { api: "a A", probability: 0.1, executions: 1000 },
        { api: "c C", probability: 0.9, executions: 9000 },
      ],
    },
    provenance: {
      generator: "by hand",
      sources: [],
      ledger: { read: 0, accepted: 0, merged: 0, rejected: 0 },
      options: { seed: 1 },
      interventions: [],
    },
  };
}
