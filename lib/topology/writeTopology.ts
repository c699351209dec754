import type { Topology } from "./topology.ts";
import { validateTopology } from "./validateTopology.ts";

/** Significant digits of measured quantities, and of probabilities, whose sums must survive a round trip. */
const measured = 6;
const exact = 12;

/** How a value is laid out: its known keys in order, and whether it is spread over lines or stands on one. */
interface Layout {
  keys?: Record<string, Layout>;
  /** Layout of a list's items; the list has one item a line, unless it stands on one itself. */
  items?: Layout;
  lines?: boolean;
  /** Significant digits of the numbers within; whole numbers and unknown fields are printed in full. */
  digits?: number;
}

const plain: Layout = {};
const quantity: Layout = { digits: measured };
const share: Layout = { digits: exact };
const counts: Layout = { items: { keys: { count: plain, probability: share } } };
const node: Layout = {
  lines: true,
  keys: {
    id: plain,
    kind: plain,
    unit: plain,
    edge: plain,
    parents: plain,
    loadings: plain,
    tables: { lines: true, items: { keys: { given: plain, n: share, step: share, values: quantity } } },
    classes: { lines: true, items: { keys: { id: plain, entry: plain, n: share, probability: share } } },
    measured: plain,
    column: plain,
    levels: {
      lines: true,
      items: { keys: { id: plain, load: plain, least: plain, most: plain, n: share, probability: share } },
    },
    values: {
      lines: true,
      items: {
        keys: { api: plain, given: plain, n: share, to: { items: { keys: { value: plain, probability: share } } } },
      },
    },
    ranks: { lines: true, items: { keys: { given: plain, n: share, weights: quantity } } },
    regimeRanks: { lines: true, items: { keys: { given: plain, n: share, weights: quantity } } },
  },
};
const call: Layout = {
  keys: { edge: plain, probability: share, asynchronous: plain, count: counts, timeout: quantity, attempts: plain },
};
const pfa: Layout = {
  lines: true,
  keys: {
    learning: {
      keys: { walks: plain, executions: plain, treeStates: plain, threshold: quantity, heldOut: quantity },
    },
    states: {
      lines: true,
      items: { keys: { id: plain, gap: quantity, path: plain, order: plain, repeat: counts, calls: { items: call } } },
    },
    transitions: {
      lines: true,
      items: {
        keys: {
          from: plain,
          given: plain,
          visits: share,
          to: { items: { keys: { state: plain, probability: share } } },
        },
      },
    },
  },
};
const simple: Layout = {
  lines: true,
  keys: {
    ownTime: quantity,
    calls: { lines: true, items: { keys: { edge: plain, mean: quantity, asynchronous: plain } } },
  },
};
const api: Layout = {
  lines: true,
  keys: {
    id: plain,
    service: plain,
    name: plain,
    executions: plain,
    errors: quantity,
    resolution: share,
    pfa,
    gcm: {
      lines: true,
      keys: {
        equation: plain,
        lambda: { lines: true, items: { keys: { edge: plain, value: quantity, fitted: quantity } } },
        nodes: { lines: true, items: node },
      },
    },
    simple,
    work: { items: { keys: { kind: plain, share } } },
    filler: plain,
  },
};
const edgeKeys = { id: plain, caller: plain, callee: plain, kind: plain, operation: plain, calls: plain };
const topologyLayout: Layout = {
  lines: true,
  keys: {
    format: plain,
    version: plain,
    name: plain,
    resolution: share,
    quantileGrid: share,
    services: { lines: true, items: { keys: { id: plain, name: plain, instantiation: plain } } },
    apis: { lines: true, items: api },
    edges: { lines: true, items: { keys: { ...edgeKeys, asynchronous: quantity } } },
    chains: { lines: true, items: { keys: { id: plain, caller: plain, chain: plain } } },
    exogenous: { lines: true, items: node },
    workload: {
      lines: true,
      keys: {
        arrivals: plain,
        rate: quantity,
        duration: share,
        mix: { lines: true, items: { keys: { api: plain, probability: share, executions: plain } } },
      },
    },
    instantiation: { keys: { tracing: plain, deployment: plain, wiringHook: plain } },
    provenance: {
      lines: true,
      keys: {
        generator: plain,
        sources: { lines: true, items: { keys: { file: plain, format: plain, rows: plain } } },
        skipped: { lines: true, items: { keys: { file: plain, reason: plain } } },
        ledger: { keys: { read: plain, accepted: plain, merged: plain, rejected: plain } },
        nodes: {
          lines: true,
          items: { keys: { node: plain, kept: plain, why: plain, gain: quantity, numbers: plain } },
        },
        options: plain,
        interventions: { lines: true, items: plain },
      },
    },
  },
};

/** A layout's digits reach the numbers of lists below it. */
function print(value: unknown, layout: Layout, indent: string): string {
  if (typeof value === "number") {
    const round = layout.digits === undefined || Number.isSafeInteger(value);
    return JSON.stringify(round ? value : Number(value.toPrecision(layout.digits)));
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => print(item ?? null, layout.items ?? { digits: layout.digits }, inner));
    if (!layout.lines || items.length === 0) return `[${items.join(", ")}]`;
    return `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  }
  const fields = value as Record<string, unknown>;
  const known = layout.keys ?? {};
  const keys = [
    ...Object.keys(known).filter((key) => Object.hasOwn(fields, key)),
    ...Object.keys(fields).filter((key) => !Object.hasOwn(known, key)),
  ].filter((key) => fields[key] !== undefined);
  const lines = keys.map((key) => {
    const below = Object.hasOwn(known, key) ? known[key]! : plain;
    return `${JSON.stringify(key)}: ${print(fields[key], below, inner)}`;
  });
  if (!layout.lines || lines.length === 0) return `{${lines.join(", ")}}`;
  return `{\n${inner}${lines.join(`,\n${inner}`)}\n${indent}}`;
}

/**
 * The text of a topology.json: keys in a fixed order with unknown fields after them, one line for each service, edge,
 * state, transition, table and λ, so that it can be read and diffed. Quantiles and other measured quantities are
 * printed with 6 significant digits, probabilities with 12, so that they still sum to 1 within 1e-9. Equal topologies
 * give equal bytes. Throws one line naming the place when the topology is not valid.
 */
export function writeTopology(topology: Topology): string {
  validateTopology(topology);
  return `${print(topology, topologyLayout, "")}\n`;
}
