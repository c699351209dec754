/**
 * The system topology: what the fit learns from traces, what interventions change, and what simulation and export
 * read. Every reference is by `id`, a readable string that is unique in its list. Times are µs, sizes bytes, rates
 * per second, shares and probabilities 0 to 1. The file's schema is `topology.schema.json`, beside this file.
 */
export interface Topology {
  format: "palette-topology";
  /** Major.minor; a reader refuses a newer major. */
  version: string;
  name: string;
  /** Time resolution of the traces, µs: 0.001 for ns clocks, 1000 for ms clocks. */
  resolution: number;
  /** The quantile levels, ascending from 0 to 1, at which `Table.values` stand. */
  quantileGrid: number[];
  services: Service[];
  apis: Api[];
  edges: Edge[];
  /** Chains of callers that the parent `chain` stands for, each after the one that it extends. */
  chains?: CallerChain[];
  /** Nodes outside any API that own times depend on (load, trace factors, regimes). */
  exogenous: GcmNode[];
  workload: Workload;
  /** How the generated system is put together, beside what each service says; absent for an exporter's defaults. */
  instantiation?: Instantiation;
  provenance: Provenance;
}

/** A partition of the graph (P). */
export interface Service {
  id: string;
  name: string;
  /** How the service is instantiated; absent for an exporter's defaults. */
  instantiation?: ServiceInstantiation;
}

/** A vertex of the graph (V): an operation of a service. */
export interface Api {
  id: string;
  service: string;
  name: string;
  /** Executions that the fit saw. */
  executions: number;
  /** Share of executions that ended in an error. */
  errors: number;
  /** Time resolution of this API's durations, µs, where it is not the topology's. */
  resolution?: number;
  pfa: Pfa;
  gcm: Gcm;
  simple: SimpleStatistics;
  /** How generated code spends own time: kinds of work in order, their shares of it summing to 1; absent for `cpu`. */
  work?: WorkShare[];
  /** What generated code fills the API's payloads with; absent for an exporter's default. */
  filler?: Filler;
}

/**
 * Part of an API's own time. `cpu` multiplies matrices, `memory` walks through more memory than caches hold, `disk`
 * writes and syncs, `sleep` waits. It changes what is generated, never the model.
 */
export interface WorkShare {
  kind: "cpu" | "memory" | "disk" | "sleep";
  share: number;
}

export type Filler = "zeros" | "random" | "text";

/** What a service's callers and its deployment are wired with. Times are µs. */
export interface ServiceInstantiation {
  /** How other services call it. */
  rpc?: "http" | "grpc" | "thrift";
  /** Services that name the same process share it; absent for a process of its own or an exporter's grouping. */
  process?: string;
  /** Processes that name the same container share it. */
  container?: string;
  /** Instances behind a load balancer. */
  replicas?: number;
  /** Connections that each caller keeps. */
  clientPool?: number;
  retries?: Retries;
  /** How long a caller waits at most. */
  timeout?: number;
  circuitBreaker?: CircuitBreaker;
  /** Whether it has a further method by which its health is asked for. */
  healthCheck?: boolean;
  /** What the deployed service does beyond its model. */
  faults?: Faults;
}

export interface Retries {
  /** Further attempts after the first. */
  max: number;
  /** Wait before each attempt; with `limit` it doubles from attempt to attempt up to there. */
  delay?: number;
  limit?: number;
  /** Retries of all calls together, a second, at most; counts where no `delay` is given. */
  perSecond?: number;
}

/** Injected into every execution of a service, on top of what its model says. */
export interface Faults {
  /** Constant, µs. */
  latency?: number;
  /** Uniform from 0 up to this, µs. */
  delay?: number;
  /** Share of calls that fail at once. */
  failures?: number;
}

/** Opens when at least `failureRate` of at least `minRequests` within `interval` failed. */
export interface CircuitBreaker {
  minRequests: number;
  failureRate: number;
  interval: number;
}

/** Instantiation of the whole system. */
export interface Instantiation {
  /** Where generated spans go; `file` is OTLP JSON lines written by the processes themselves. */
  tracing?: "file" | "jaeger" | "zipkin" | "none";
  /** What the processes are deployed as. */
  deployment?: "processes" | "compose" | "kubernetes";
  /** Address of the registry that Kubernetes takes containers' images from; absent for `localhost:5000`. */
  registry?: string;
  /**
   * A Go function of a person's own, in a file that re-export leaves alone. It is called with the wiring spec once the
   * services are declared, before they are deployed.
   */
  wiringHook?: string;
}

/** Who is calling, up to the entry of the trace: the caller, called itself in another chain. */
export interface CallerChain {
  id: string;
  /** Id of the calling API. */
  caller: string;
  /** Id of the chain in which the caller itself is called; absent where the caller is the trace's entry. */
  chain?: string;
}

/** An edge of the graph (E): the caller calls the callee; local within a service, remote between services. */
export interface Edge {
  id: string;
  caller: string;
  callee: string;
  kind: "local" | "remote";
  /** Name of the client span, where the traces have one. */
  operation?: string;
  /** Calls that the fit saw. */
  calls: number;
  /** Share of the calls that the caller does not wait for. */
  asynchronous: number;
}

/**
 * Probabilistic finite automaton of an API's executions: a walk from `start` to `finish` through states that make
 * calls. A walk's *path* is the id of the last state before `finish`: in an unmerged automaton it tells the walk
 * exactly, in a merged one it is a class of walks.
 */
export interface Pfa {
  states: PfaState[];
  transitions: PfaTransition[];
  learning: PfaLearning;
}

export interface PfaState {
  /** `start`, `finish`, or any other name. */
  id: string;
  /** Calls of the stage, all concurrent; none for `start` and `finish`. */
  calls: PfaCall[];
  /** How often the stage runs in a row before the walk goes on; absent for always once. */
  repeat?: CountProbability[];
  /** Mean share of the API's own time spent between the stage before and this one. */
  gap: number;
  /**
   * The path of walks that end here, where it is not the state's own id: an intervention keeps the path that the walk
   * had before, so that own time and callees keep their tables.
   */
  path?: string;
  /** `unknown` where timestamps could not tell whether this stage followed or overlapped the one before. */
  order: "certain" | "unknown";
}

export interface PfaCall {
  edge: string;
  /** Probability that a visit to the state makes the call at all. */
  probability: number;
  /** How many such calls run at once, given that the call is made; absent for always one. */
  count?: CountProbability[];
  /** The caller does not wait. */
  asynchronous: boolean;
  /** How long the caller waits for an attempt at most, µs; absent for as long as it takes. */
  timeout?: number;
  /** Attempts in all, where one times out or fails (at the callee's share of errors); absent for one. */
  attempts?: number;
}

export interface CountProbability {
  count: number;
  probability: number;
}

/** Leaves one state under one context; the probabilities of `to` sum to 1. */
export interface PfaTransition {
  from: string;
  /** Values of GCM parents (such as `caller`) under which this row holds; {} is the row for any other context. */
  given: Context;
  /** Visits that the row rests on. */
  visits: number;
  to: { state: string; probability: number }[];
}

/** How the automaton was learned. */
export interface PfaLearning {
  /** Distinct walks, and executions, that the automaton was learned from. */
  walks: number;
  executions: number;
  /** States of the exact prefix tree, before merging. */
  treeStates: number;
  /** The threshold chosen, `exact` for the prefix tree itself. */
  threshold: number | "exact";
  /** Held-out log-likelihood for each execution, in nats, of the automaton chosen. */
  heldOut: number | null;
}

/** The value of the GCM parent `caller` in an entry execution; everywhere else it is the id of the calling API. */
export const entryCaller = "(entry)";

/** Values of parents: parent name to value, such as `{ caller: "frontend: /cart", path: "s3" }`. */
export type Context = Record<string, string>;

/** Graphical causal model of an API: its nodes, and the latency equation in readable form. */
export interface Gcm {
  /** Composition of Table 2's equations along the PFA, for people; simulation follows the PFA itself. */
  equation: string;
  nodes: GcmNode[];
  /** λ of each synchronous edge in the latency equation. */
  lambda: Lambda[];
}

export interface Lambda {
  edge: string;
  /** The factor that the equation uses. */
  value: number;
  /** The factor that non-negative least squares finds; far from `value` says that the structure is wrong. */
  fitted: number | null;
}

/**
 * A node of a causal model. `kind` is open: simulation and export know `latency`, `own_time`, `path`, `called`,
 * `network`, `payload`, `call`, `context`, `factor` (exogenous, standard normal), `scenario`, `regime`, `load` and
 * `dimension` (exogenous, with one of a few values), and keep any other.
 */
export interface GcmNode {
  /** Unique in its list, such as `own_time` or `network:e12`. */
  id: string;
  kind: string;
  /** Ids of nodes that this one depends on, here, in the caller's model or among the exogenous nodes. */
  parents: string[];
  unit: "us" | "bytes" | "probability" | "count" | "label" | "normal";
  /** The edge that the node belongs to (`called`, `network`, `payload`). */
  edge?: string;
  /**
   * Weights Λ of exogenous factors in the rank of this node: u = Φ(Σ Λf + √(1 − ΣΛ²)·ε), f and ε standard normal, f drawn
   * once a trace. Without loadings u is uniform by itself. Either way the node's own distribution is that of its tables.
   */
  loadings?: Record<string, number>;
  /** Distribution under each context, finest first; the first whose `given` holds is used, the last has `given: {}`. */
  tables?: Table[];
  /**
   * Of the exogenous nodes of kind `scenario` and `regime`: the kinds of traces that enter at an API, of which each trace
   * is one. What depends on one has the class's id as `scenario` or `regime` in `given`.
   */
  classes?: ScenarioClass[];
  /**
   * Of the exogenous node of kind `load`: the loads that were recorded, ascending. A trace runs at one of them; what
   * depends on it has the level's id as `load` in `given`.
   */
  levels?: LoadLevel[];
  /** Of the node of kind `load`: loads are arrivals, entry calls a second, measured from the traces; else they were given. */
  measured?: boolean;
  /**
   * Of an exogenous node of kind `dimension`: what executions of some APIs draw, and all that they call has from them
   * until it draws for itself. What depends on it has the value as the node's id in `given`.
   */
  values?: DimensionRow[];
  /** Of a `dimension`: the column, or attribute of spans, that it was read from. */
  column?: string;
  /**
   * Densities of this own time's rank under each context, finest first, such as the class of the caller's rank
   * (`caller.rank`, "0" to "6"); where none holds, the rank is uniform. A rank v drawn as `loadings` say becomes the
   * quantile at v of the density.
   */
  ranks?: RankTable[];
  /**
   * Densities of this own or network time's rank under regimes that it depends on, the last, given {}, under any others.
   * A rank that was drawn as `loadings` and `ranks` say becomes the quantile at it of the density; over all regimes ranks
   * are uniform.
   */
  regimeRanks?: RankTable[];
}

/**
 * A kind of trace. The probabilities of an entry API's classes sum to 1; an entry API may have none. Classes of several
 * entry APIs may share an id: what is given it then holds for all of them.
 */
export interface ScenarioClass {
  id: string;
  /** Id of the entry API. */
  entry: string;
  /** Traces that the fit saw of it. */
  n: number;
  probability: number;
  /** The load at which this row holds; absent for the row of any other load. Probabilities sum to 1 at each load. */
  given?: { load: string };
}

/** A load at which traces were recorded. */
export interface LoadLevel {
  id: string;
  /** What the traces of this level had: their median, and the least and the most of them. */
  load: number;
  least: number;
  most: number;
  /** Traces that the fit saw of it. */
  n: number;
  /** Share of the traces to simulate; those of all levels sum to 1. */
  probability: number;
}

/** How the values of a dimension are distributed over the executions of an API; each API's last row is given {}. */
export interface DimensionRow {
  /** Id of the API. */
  api: string;
  given: Context;
  /** Executions that the fit saw. */
  n: number;
  to: { value: string; probability: number }[];
}

/** A density of ranks that is constant on 12 bins (`binEdges` in lib/gcm/rankClasses.ts). */
export interface RankTable {
  given: Context;
  /** Observations that the density rests on. */
  n: number;
  /** Probability of each bin, summing to 1. */
  weights: number[];
}

/**
 * A distribution as quantiles. With as many values as `quantileGrid` they stand at its levels, with a `step` at every so
 * many-th of them (the first and the last among them); else, with fewer, they are the sorted sample itself. Between values the quantile function is linear in log(1 + value).
 */
export interface Table {
  given: Context;
  /** Observations that the table rests on. */
  n: number;
  values: number[];
  step?: number;
}

/** The baseline: means without any conditioning. */
export interface SimpleStatistics {
  /** Mean own time, µs. */
  ownTime: number;
  /** For each edge the mean number of calls an execution, and the mean network time of a call, µs, where there is one. */
  calls: { edge: string; mean: number; asynchronous: boolean; network?: number }[];
}

export interface Workload {
  arrivals: "poisson";
  /** Entry calls a second. */
  rate: number;
  /** Time during which entry calls were recorded, µs: from the first to the last, without pauses between recordings. */
  duration: number;
  /** How entry calls are shared among entry APIs; probabilities sum to 1. */
  mix: { api: string; probability: number; executions: number }[];
}

/** What became of a kind of nodes that a fit was asked for, or tried. */
export interface NodeFinding {
  /** The kind, such as `factors`. */
  node: string;
  /** Whether the topology has it. */
  kept: boolean;
  /** What was found, what it bought, or why it is left out. */
  why: string;
  /** Held-out gain in log-likelihood, nats a trace; absent where nothing could be compared. */
  gain?: number;
  /** Numbers that it adds to the models of all APIs. */
  numbers: number;
}

export interface Provenance {
  generator: string;
  sources: { file: string; format: string; rows: number }[];
  /** Files that were to be read and are damaged or otherwise unreadable, so that the topology lacks their rows. */
  skipped?: { file: string; reason: string }[];
  ledger: { read: number; accepted: number; merged: number; rejected: number };
  /** Kinds of nodes of the causal models, what was found of each and what it bought. */
  nodes?: NodeFinding[];
  /** Options of the fit, such as seed, holdout and repair mode. */
  options: Record<string, string | number | boolean>;
  interventions: unknown[];
}
