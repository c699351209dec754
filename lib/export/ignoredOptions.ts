import type { Topology } from "../topology/topology.ts";

export type Target = "go" | "blueprint";

/** Something that a topology says and a generated system does not do, or does otherwise. */
export interface Loss {
  /** A short name, the same wherever it occurs: `replicas`, `retries.delay`, `payload bound`. */
  what: string;
  /** What the topology says: a value, or figures with their units in their names. */
  asked: unknown;
  /** What the generated system does. */
  instead: string;
}

/** The options of services and systems that a target follows, as paths of names; all others are ignored. */
const followed: Record<Target, { service: readonly string[]; system: readonly string[] }> = {
  go: { service: [], system: [] },
  blueprint: {
    service: [
      ...["rpc", "process", "container", "replicas", "clientPool", "timeout"],
      ...["retries.max", "retries.delay", "retries.limit", "retries.perSecond"],
      ...["healthCheck", "faults.latency", "faults.delay", "faults.failures"],
      ...["circuitBreaker.minRequests", "circuitBreaker.failureRate", "circuitBreaker.interval"],
    ],
    system: ["tracing", "deployment", "registry", "wiringHook"],
  },
};

/** Values that are what a target does anyway. */
const given: Record<Target, Record<string, readonly unknown[]>> = {
  go: {
    rpc: ["http"],
    replicas: [1],
    "retries.max": [0],
    tracing: ["file"],
    deployment: ["processes"],
    healthCheck: [false],
  },
  blueprint: {},
};

const instead: Record<Target, Record<string, string>> = {
  go: {
    rpc: "all calls go over net/http",
    process: "services are spread evenly over the processes of the run",
    container: "there are no containers",
    replicas: "one instance",
    clientPool: "Go's own pool of connections, which has no bound",
    retries: "calls are not repeated, but for the attempts of single calls in the automaton",
    circuitBreaker: "no call is refused beforehand",
    healthCheck: "GET /ready of a process says that it is there",
    faults: "executions are as the model says",
    timeout: "callers wait, but for the timeouts of single calls in the automaton",
    tracing: "spans go to files, and to the collector of OTEL_EXPORTER_OTLP_ENDPOINT",
    deployment: "processes on this machine",
    registry: "there are no containers",
    wiringHook: "it is not called",
  },
  blueprint: {},
};

/**
 * The options of an object that the target does not follow, each with its value: also those that a later version of
 * topologies may know, so that no option is dropped without a word. `id` and `name` are not options.
 */
export function ignoredOptions(options: object | undefined, target: Target, level: "service" | "system"): Loss[] {
  return leaves(options ?? {}, "").flatMap(([what, asked]) => {
    if (followed[target][level].includes(what) || given[target][what]?.includes(asked)) return [];
    const [group] = what.split(".");
    return [{ what, asked, instead: instead[target][what] ?? instead[target][group!] ?? "nothing" }];
  });
}

/** What an option that the target follows does not reach. */
export function weakenedOptions({ instantiation }: Topology["services"][number], target: Target): Loss[] {
  if (target !== "blueprint" || instantiation === undefined) return [];
  const { retries, faults, replicas = 1 } = instantiation;
  const losses: Loss[] = [];
  const lose = (what: string, asked: unknown, instead: string) => losses.push({ what, asked, instead });
  if (retries?.max)
    lose(
      "retries.max",
      retries.max,
      retries.delay && retries.limit
        ? "attempts go on until waits reach the limit; a failed reply is no error of Go's"
        : "attempts are repeated where a call does not arrive or times out; a failed reply is no error of Go's",
    );
  if (retries?.limit && !retries.delay) lose("retries.limit", retries.limit, "attempts follow one another at once");
  if (retries?.perSecond && retries.delay)
    lose("retries.perSecond", retries.perSecond, "attempts are spaced by their delay alone");
  if (faults?.failures)
    lose(
      "faults.failures",
      faults.failures,
      `${percentOf(faults.failures)} %: the plugin takes whole per cent, 1 or more`,
    );
  if (faults?.delay)
    lose("faults.delay", faults.delay, `up to ${millisOf(faults.delay)} ms: the plugin takes whole ms`);
  if (replicas > 1) lose("replicas", replicas, "calls take a hop more, to the load balancer");
  return losses;
}

/** A share as Blueprint's fault injector takes it. */
export function percentOf(share: number): number {
  return Math.max(1, Math.round(100 * share));
}

/** A time in µs as Blueprint's fault injector takes it. */
export function millisOf(micros: number): number {
  return Math.max(1, Math.round(micros / 1000));
}

function leaves(value: object, place: string): [string, unknown][] {
  return Object.entries(value).flatMap(([name, field]): [string, unknown][] =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? leaves(field, `${place}${name}.`)
      : [[`${place}${name}`, field]],
  );
}
