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
  blueprint: { service: ["retries.max", "timeout", "clientPool"], system: [] },
};

/** Values that are what a target does anyway. */
const given: Record<Target, Record<string, readonly unknown[]>> = {
  go: { rpc: ["http"], replicas: [1], "retries.max": [0], tracing: ["file"], deployment: ["processes"] },
  blueprint: { replicas: [1], "retries.delay": [0], tracing: ["file"], deployment: ["processes", "compose"] },
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
    timeout: "callers wait, but for the timeouts of single calls in the automaton",
    tracing: "spans go to files, and to the collector of OTEL_EXPORTER_OTLP_ENDPOINT",
    deployment: "processes on this machine",
    wiringHook: "it is not called",
  },
  blueprint: {
    rpc: "the specification decides: HTTP, or gRPC in grpc",
    process: "the specification decides",
    container: "a container for each service in docker, none elsewhere",
    replicas: "one instance",
    circuitBreaker: "no call is refused beforehand",
    "retries.delay": "attempts follow one another at once",
    "retries.limit": "attempts follow one another at once",
    tracing: "the runtime writes spans to files, and to the collector of OTEL_EXPORTER_OTLP_ENDPOINT",
    deployment: "the specification decides: processes, or compose in docker",
    wiringHook: "it is not called",
  },
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
  if (target !== "blueprint" || !instantiation?.retries?.max) return [];
  const reach = "attempts are repeated where a call does not arrive or times out; a failed reply is no error of Go's";
  return [{ what: "retries.max", asked: instantiation.retries.max, instead: reach }];
}

function leaves(value: object, place: string): [string, unknown][] {
  return Object.entries(value).flatMap(([name, field]): [string, unknown][] =>
    typeof field === "object" && field !== null && !Array.isArray(field)
      ? leaves(field, `${place}${name}.`)
      : [[`${place}${name}`, field]],
  );
}
