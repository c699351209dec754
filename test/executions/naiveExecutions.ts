import type { SpanLiteral } from "./insertSpans.ts";

/** An execution as the docstrings of lib/executions define it, written down again without SQL. */
export interface NaiveExecution {
  /** File and record of the span that stands for it. */
  record: string;
  api: string;
  fragment: boolean;
  parent: string | null;
  caller: string | null;
  asynchronous: boolean;
  start: number;
  duration: number;
  waited: number;
  own: number;
  /** Its calls as `stage callee` with `~` where it does not wait, in alphabetical order. */
  walk: string[];
}

interface Node {
  span: SpanLiteral;
  record: string;
  order: number;
  start: number;
  duration: number;
  service: string;
  parent?: Node;
  children: Node[];
  fragment: boolean;
  asynchronous: boolean;
}

/** Slow, plain and independent: loops over spans, one trace after another. */
export function naiveExecutions(spans: readonly SpanLiteral[], resolution: number): NaiveExecution[] {
  const nodes = [...groupBy(spans, (span) => span.trace ?? "t").values()].flatMap((trace) => linkTrace(trace));
  markAsynchronous(nodes, Math.max(2, resolution));
  const clients = new Set(nodes.filter(isClient));
  const executions = nodes
    .filter((node) => !clients.has(node))
    .map((node) => {
      const client = node.parent && clients.has(node.parent) ? node.parent : undefined;
      const side = client ?? node;
      const caller = side.parent;
      const waited = client?.duration ?? node.span.callerDuration ?? node.duration;
      let start = side.start;
      if (caller && caller.service !== node.service && !client && !side.asynchronous && waited <= caller.duration) {
        const end = caller.start + caller.duration;
        const outside = start < caller.start - resolution || start + waited > end + resolution;
        if (outside) start = Math.max(caller.start, Math.min(start, end - waited));
      }
      return { node, caller, asynchronous: side.asynchronous, start, waited };
    });
  type Call = (typeof executions)[number];
  const callsOf = groupBy(executions, ({ caller }) => caller);
  const stages = new Map<Call, number>();
  const order = (a: Call, b: Call) => a.start - b.start || a.node.order - b.node.order;

  // The stages of certain order first: they decide those of unknown order, edge by edge.
  const edgeOf = (call: Call) => `${call.caller?.span.api} > ${call.node.span.api}`;
  const tally = new Map<string, { begins: number; n: number }>();
  const look = (calls: Call[], decide: (call: Call, begins: boolean, uncertain: boolean) => boolean) => {
    let ended = Number.NEGATIVE_INFINITY;
    let stage = 0;
    for (const call of calls.toSorted(order)) {
      if (!call.asynchronous) {
        const tolerance = Math.max(resolution, Math.min(50, 0.05 * call.waited));
        const first = ended === Number.NEGATIVE_INFINITY;
        const begins = first || call.start > ended - tolerance;
        const uncertain =
          resolution > 1 && !first && Math.abs(call.start - ended) < resolution && call.waited >= resolution;
        if (!uncertain && !first) {
          const seen = tally.get(edgeOf(call)) ?? { begins: 0, n: 0 };
          tally.set(edgeOf(call), { begins: seen.begins + Number(begins), n: seen.n + 1 });
        }
        if (decide(call, begins, uncertain)) stage += 1;
        ended = Math.max(ended, call.start + call.waited);
      }
      stages.set(call, stage);
    }
  };
  for (const [caller, calls] of callsOf) if (caller) look(calls, (_, begins) => begins);
  const overlaps = new Set([...tally].filter(([, { begins, n }]) => begins / n < 0.5).map(([edge]) => edge));
  for (const [caller, calls] of callsOf) {
    if (caller) look(calls, (call, begins, uncertain) => (uncertain ? !overlaps.has(edgeOf(call)) : begins));
  }

  return executions.map(({ node, caller, asynchronous, start, waited }) => {
    const calls = callsOf.get(node) ?? [];
    const longest = new Map<number, number>();
    for (const call of calls) {
      const stage = stages.get(call) as number;
      if (!call.asynchronous) longest.set(stage, Math.max(longest.get(stage) ?? 0, call.waited));
    }
    let own = node.duration;
    for (const took of longest.values()) own -= took;
    return {
      record: node.record,
      api: node.span.api,
      fragment: node.fragment,
      parent: caller?.record ?? null,
      caller: caller?.span.api ?? null,
      asynchronous,
      start,
      duration: node.duration,
      waited,
      own,
      walk: calls.map((call) => `${stages.get(call)} ${call.node.span.api}${call.asynchronous ? "~" : ""}`).sort(),
    };
  });
}

/** The spans of one trace, every span once, linked to its parent; none that hangs on a cycle. */
function linkTrace(spans: readonly SpanLiteral[]): Node[] {
  const all = spans.map(
    (span): Node => ({
      span,
      record: `${span.file ?? 0}:${span.row}`,
      order: 0,
      start: span.at[0],
      duration: span.at[1] - span.at[0],
      service: span.api.split(" ")[0] as string,
      children: [],
      fragment: false,
      asynchronous: false,
    }),
  );
  all.sort(
    (a, b) =>
      a.start - b.start ||
      b.duration - a.duration ||
      compare(a.span.id, b.span.id) ||
      compare(a.span.api, b.span.api) ||
      compare(a.span.kind ?? "~", b.span.kind ?? "~") ||
      (a.span.file ?? 0) - (b.span.file ?? 0) ||
      Number(a.span.row) - Number(b.span.row),
  );
  for (const [order, node] of all.entries()) node.order = order;

  const kept: Node[] = [];
  const shared = new Map<Node, Node>();
  for (const records of groupBy(all, (node) => node.span.id).values()) {
    const distinct = [...groupBy(records, (r) => `${r.start} ${r.duration} ${r.span.api} ${r.span.kind}`).values()].map(
      ([first]) => first as Node,
    );
    const longestFirst = distinct.toSorted((a, b) => b.duration - a.duration || a.start - b.start || a.order - b.order);
    const server = longestFirst.find((node) => node.span.kind === "server");
    const client = longestFirst.find((node) => node.span.kind === "client");
    if (server && client) {
      kept.push(client, server);
      shared.set(server, client);
    } else kept.push(longestFirst[0] as Node);
  }
  const clients = new Set(shared.values());
  const byId = new Map(kept.filter((node) => !clients.has(node)).map((node) => [node.span.id, node]));
  for (const node of kept) {
    const parent = shared.get(node) ?? (node.span.parent === undefined ? undefined : byId.get(node.span.parent));
    if (parent === undefined) continue;
    node.parent = parent;
    parent.children.push(node);
  }
  const roots = kept
    .filter((node) => node.parent === undefined)
    .sort(
      (a, b) =>
        Number(a.span.parent !== undefined) - Number(b.span.parent !== undefined) ||
        a.start - b.start ||
        b.duration - a.duration ||
        a.order - b.order,
    );
  const reached: Node[] = [];
  for (const [place, root] of roots.entries()) {
    const stack = [root];
    for (let node = stack.pop(); node; node = stack.pop()) {
      node.fragment = place > 0;
      reached.push(node);
      stack.push(...node.children);
    }
  }
  return reached;
}

function markAsynchronous(nodes: Node[], slack: number): void {
  const edges = groupBy(
    nodes.filter((node) => node.parent),
    (node) => `${node.parent?.span.api} > ${node.span.api}`,
  );
  for (const calls of edges.values()) {
    const outlive = calls.map((call) => outlives(call, call.parent as Node, slack));
    const share = outlive.filter(Boolean).length / calls.length;
    for (const [i, call] of calls.entries()) {
      call.asynchronous = call.span.follows === true || share >= 0.5 || (share >= 0.02 && (outlive[i] as boolean));
    }
  }
}

function outlives(call: Node, caller: Node, slack: number): boolean {
  const end = caller.start + caller.duration;
  if (call.duration > 1.02 * caller.duration + slack) return true;
  if (call.service !== caller.service) return call.start > end + call.duration + slack;
  return call.start > end + slack || call.start + call.duration > end + Math.max(0.1 * call.duration, slack);
}

function isClient(node: Node): boolean {
  const [child] = node.children;
  if (!node.parent || node.children.length !== 1 || !child || child.asynchronous) return false;
  const elsewhere = child.service !== node.service;
  if (node.span.kind === "client") {
    return (
      child.span.kind === "server" || (elsewhere && (child.span.kind === "consumer" || child.span.kind === undefined))
    );
  }
  if (node.span.kind !== undefined || node.service !== node.parent.service) return false;
  return elsewhere && child.span.kind !== "client";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
