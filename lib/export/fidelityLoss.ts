import { quantile } from "../gcm/quantile.ts";
import { labelsOf } from "../simulate/labels.ts";
import type { Api, GcmNode, Topology } from "../topology/topology.ts";
import type { CodeContext } from "./go/serviceCode.ts";
import { ignoredOptions, type Loss, type Target, weakenedOptions } from "./ignoredOptions.ts";

/** What a generated system does not do as its topology says, of the system, each service and each API. */
export interface FidelityLoss {
  target: Target;
  /** Services and APIs in all, and how often each loss occurs. */
  services: number;
  apis: number;
  counts: Record<string, number>;
  /** Bytes of the longest baggage that a call carries; the runtime's bound is 256, and nothing is cut. */
  longestBaggage: number;
  losses: {
    system: Loss[];
    services: { service: string; losses: Loss[] }[];
    apis: { api: string; executions: number; losses: Loss[] }[];
  };
}

/** Path of the report in an export. */
export const fidelityLossFile = "fidelity-loss.json";

/** Largest payload of the runtime, bytes (`maxPayload` in runtime/gcm/execution.go). */
const maxPayload = 512 * 1024;

/** Levels of callers at which the runtime ends recursion (`maxDepth` there). */
const maxDepth = 64;

/** Most bytes of baggage that the runtime reads (`MaxBaggage` in runtime/gcm/baggage.go). */
const mostBaggage = 256;

/** Own times and network below this, µs, are of the size of what a call and a wake-up themselves cost. */
const shortTime = 200;

const knownNodes = new Set(["latency", "own_time", "path", "called", "network", "payload", "call", "context"]);

/** Collects, in figures, what a target loses of a topology. Losses that are the same everywhere are said of the system. */
export function fidelityLoss(context: CodeContext, target: Target): FidelityLoss {
  const { topology, names } = context;
  const reached = new Set(topology.apis.filter(({ id }) => context.causal.apis.has(id)).map(({ service }) => service));
  const services = topology.services.map((service) => {
    const { instantiation, id, name } = service;
    const { package: packageName } = names.services.get(id)!;
    const losses = [...ignoredOptions(instantiation, target, "service"), ...weakenedOptions(service, target)];
    if (!reached.has(id)) losses.push({ what: "left out", asked: name, instead: "no trace reaches the service" });
    else if (name !== packageName) losses.push(renamed("service name", name, packageName));
    return { service: id, losses };
  });
  const edges = new Map(topology.edges.map((edge) => [edge.id, edge]));
  const apis = topology.apis.map((api) => ({
    api: api.id,
    executions: api.executions,
    losses: apiLosses(context, api, edges),
  }));
  const losses = {
    system: systemLosses(topology, target),
    services: services.filter(({ losses }) => losses.length > 0),
    apis: apis.filter(({ losses }) => losses.length > 0),
  };
  const counts: Record<string, number> = {};
  for (const { what } of [losses.system, ...[...services, ...apis].map((each) => each.losses)].flat())
    counts[what] = (counts[what] ?? 0) + 1;
  return {
    target,
    services: services.length,
    apis: apis.length,
    counts,
    longestBaggage: checkedBaggage(context),
    losses,
  };
}

/** The report as the file of an export: a line for each service and API that loses something. */
export function lossText(context: CodeContext, target: Target): string {
  const { losses, ...head } = fidelityLoss(context, target);
  const lines = (items: readonly unknown[]) =>
    `[${items.map((item) => `\n  ${JSON.stringify(item)}`).join(",")}${items.length > 0 ? "\n" : ""}]`;
  const parts = Object.entries(losses).map(([name, items]) => `${JSON.stringify(name)}: ${lines(items)}`);
  return `${JSON.stringify(head).slice(0, -1)},\n"losses": {${parts.join(",\n")}}}\n`;
}

function systemLosses({ instantiation, workload, exogenous }: Topology, target: Target): Loss[] {
  const others = exogenous.filter((node) => node.kind !== "factor" && labelsOf({ exogenous: [node] }).length === 0);
  return [
    ...ignoredOptions(instantiation, target, "system"),
    {
      what: "arrivals",
      asked: { per_second: workload.rate, recorded_s: workload.duration / 1e6 },
      instead: "Poisson arrivals at one rate, unless a run is given recorded ones: bursts and trends are not repeated",
    },
    ...(workload.rate > 0
      ? []
      : [{ what: "rate", asked: workload.rate, instead: "1 call a second, unless a run is given a rate" }]),
    ...(target === "blueprint" ? stopping(instantiation) : []),
    ...others.map(({ id, kind }) => ({ what: "node", asked: { id, kind }, instead: "nothing depends on it" })),
  ];
}

/** How far Blueprint's processes finish what is under way when they are stopped. */
function stopping({ tracing, deployment }: Topology["instantiation"] = {}): Loss[] {
  const asked = "calls under way are finished, and all spans written";
  const containers = deployment === "compose" || deployment === "kubernetes" ? "asked and docker" : "docker";
  const losses = [
    "each process finishes what it has begun and writes its spans, but closes its port at once: calls that others still make to it have no answer, unless the workload has ended before",
    `containers (specification ${containers}): their shell passes no signal on, so that they are killed, and the spans of the last 200 ms are lost`,
  ];
  if (tracing === "jaeger" || tracing === "zipkin")
    losses.push(`Blueprint's exporter to ${tracing} is never flushed: its last batch is lost`);
  return losses.map((instead) => ({ what: "stopping", asked, instead }));
}

function apiLosses({ topology, names, causal }: CodeContext, api: Api, edges: Map<string, Topology["edges"][number]>) {
  const losses: Loss[] = [];
  const lose = (what: string, asked: unknown, instead: string) => losses.push({ what, asked, instead });
  const variants = causal.apis.get(api.id);
  if (variants === undefined) {
    lose("left out", api.name, "no trace reaches the API");
    return losses;
  }
  const method = names.apis.get(api.id)!;
  if (api.name !== method) losses.push(renamed("API name", api.name, method));
  if (api.filler !== undefined && api.filler !== "text") lose("filler", api.filler, "payloads are text, the letter x");
  if (api.errors > 0) lose("errors", { share: api.errors }, "a failed reply and a failed span, no error of Go's");
  const grain = variants[0]!.grain;
  if (grain > 1)
    lose(
      "time resolution",
      { us: grain },
      "drawn times and recorded spans are rounded so, the running between them is not",
    );
  const unordered = api.pfa.states.filter(({ order }) => order === "unknown").length;
  if (unordered > 0) lose("order of stages", { states_unknown: unordered }, "the order that the fit chose");
  if (variants.some(({ states }) => states.some(({ calls }) => calls.some(({ carries }) => carries.depth))))
    lose("recursion", { levels: maxDepth }, "deeper levels make no calls");
  for (const node of api.gcm.nodes) {
    if (!knownNodes.has(node.kind)) lose("node", { id: node.id, kind: node.kind }, "nothing depends on it");
    if (node.kind === "own_time") shortOwnTime(node);
    if (node.kind === "payload") payload(node);
  }
  for (const edge of new Set(variants.flatMap(({ states }) => states.flatMap(({ calls }) => calls)).map((c) => c.edge)))
    if (edge.kind === "remote") shortNetwork(edge.id);
  return losses;

  /** The median under any context. */
  function median(tables: GcmNode["tables"]): number {
    const last = tables?.at(-1);
    return last ? quantile(topology.quantileGrid, last, 0.5) : 0;
  }

  function shortOwnTime({ tables }: GcmNode): void {
    const middle = median(tables);
    if (middle < shortTime)
      lose("short own time", { median_us: middle }, "timing is off by some µs, a larger share of it");
  }

  function shortNetwork(edge: string): void {
    const node = api.gcm.nodes.find((each) => each.kind === "network" && each.edge === edge);
    const middle = node ? median(node.tables) : 0;
    if (middle < shortTime) {
      const asked = { callee: edges.get(edge)!.callee, median_us: middle };
      lose("short network", asked, "a call takes at least this machine's hop, taken off own time by corrections");
    }
  }

  function payload({ tables = [], edge, id }: GcmNode): void {
    const read = new Set(["caller", "path", ...topology.exogenous.map(({ id }) => id)]);
    const unread = tables.filter(({ given }) => Object.keys(given).some((key) => !read.has(key)));
    if (unread.length > 0)
      lose("payload contexts", { id, tables: unread.length, of: tables.length }, "coarser contexts: caller and path");
    const largest = Math.max(0, ...tables.map(({ values }) => values.at(-1)!));
    if (largest > maxPayload) {
      const levels = Array.from({ length: 1000 }, (_, index) => (index + 0.5) / 1000);
      const above = levels.filter((u) => quantile(topology.quantileGrid, tables.at(-1)!, u) > maxPayload).length;
      const asked = { callee: edges.get(edge!)?.callee, largest_bytes: largest, share_above: above / levels.length };
      lose("payload bound", asked, `${maxPayload} bytes at most`);
    }
  }
}

/** The longest baggage of a call, bytes; throws one line where it is above what the runtime takes. */
function checkedBaggage(context: CodeContext): number {
  const longest = longestBaggage(context);
  if (longest <= mostBaggage) return longest;
  const labels = context.causal.labels.map(({ id }) => id).join(", ");
  throw new Error(
    `exogenous: a call would carry baggage of ${longest} bytes, and ${mostBaggage} is the most: leave out some of the labels ${labels}`,
  );
}

/** As `encode` of runtime/gcm/baggage.go writes it. */
function longestBaggage({ causal }: CodeContext): number {
  const fixed = "2.".length + 32 + 2 * ".".length + 2 * 16 + ".n".length;
  const field = (value: number) => (value > 0 ? `.v${value}`.length : 0);
  let longest = fixed;
  for (const { states } of [...causal.apis.values()].flat()) {
    const path = Math.max(...states.map((state) => state.path));
    for (const call of states.flatMap(({ calls }) => calls)) {
      const carried = [
        call.variant,
        call.carries.path.size > 0 ? path : 0,
        call.carries.rank.size > 0 ? causal.classes.length + 2 : 0,
        call.carries.depth ? maxDepth : 0,
        call.response ? maxPayload : 0,
      ];
      const labels = [...call.carries.labels.keys()].map(
        (number) => `.l${number}-${causal.labels[number]!.values}`.length,
      );
      const fields = [...carried.map(field), ...labels];
      longest = Math.max(longest, fixed + fields.reduce((sum, length) => sum + length, 0));
    }
  }
  return longest;
}

function renamed(what: string, from: string, to: string): Loss {
  return { what, asked: from, instead: to };
}
