import { classCount } from "../gcm/rankClasses.ts";
import { type Api, type Edge, entryCaller, type GcmNode, type RankTable, type Topology } from "../topology/topology.ts";
import { type Choices, ChoicesBuilder } from "./choices.ts";
import { entryRate } from "./entryRate.ts";
import { type Label, labelsOf } from "./labels.ts";
import { type Loadings, LoadingsBuilder } from "./loadings.ts";
import { pathDigits } from "./pathDigits.ts";
import { type QuantileTables, QuantileTablesBuilder } from "./quantileTables.ts";
import { type RankDensities, RankDensitiesBuilder } from "./rankDensities.ts";
import { type Parent, type Selectors, SelectorsBuilder } from "./selectors.ts";
import { simpleTopology } from "./simpleTopology.ts";
import { tickOf } from "./tickOf.ts";

export type Model = "gcm" | "simple";

/** Local numbers of the states `start` and `finish`; an API's other states follow in their order. */
export const start = 0;
export const finish = 1;

/** Registers of an execution: integers that selectors read. From `labels` on there is one for each label (see labels.ts). */
export const registers = { path: 0, callerPath: 1, rankClass: 2, callerRankClass: 3, labels: 4 } as const;

/** The class of the caller's rank in an entry execution, which has no caller. */
export const noClass = classCount;

/**
 * A topology as integer tables. An API is compiled once for each caller, and for each chain of callers that the topology
 * names (a *variant*), so that who is calling costs nothing while simulating; variants own states, states own calls. Times are in ticks of the finest resolution.
 */
export interface CompiledTopology {
  model: Model;
  /** Ids of the topology's APIs and edges, in the order of their indexes. */
  apis: string[];
  edges: string[];
  /** For each API the paths of its walks, in the order of their local numbers. */
  paths: string[][];
  /** µs a tick, see `tickOf`. */
  tick: number;
  /** Entry calls a second; 1 where the topology says 0. */
  rate: number;
  /** The choice of an entry variant. */
  mix: number;
  /** Labels, in the order of their registers. */
  labels: Label[];
  variant: {
    api: Int32Array;
    /** Number of the variant's state `start`. */
    state: Int32Array;
    ownTime: Int32Array;
    /** Row of the own time's loadings; -1 for none. */
    loading: Int32Array;
    /** Selector of the density of the own time's rank; -1 where it is always uniform. */
    rank: Int32Array;
    /** Selector of its density under the trace's regime, which bends what `rank` gives; -1 where none does. */
    regimeRank: Int32Array;
    /** What a variant draws of labels are the draws from draw[i] to draw[i + 1]. */
    draw: Int32Array;
    /** Ticks that durations of the API are multiples of. */
    grain: Float64Array;
  };
  draw: {
    register: Int32Array;
    /** Selector of the choice of the register's value. */
    value: Int32Array;
  };
  state: {
    /** Selector of the choice among next states (local numbers); -1 for `finish`. */
    next: Int32Array;
    /** Choice of the number of repeats; -1 for always once. */
    repeat: Int32Array;
    gap: Float64Array;
    /** The path of walks that end here, as a local number. */
    path: Int32Array;
    /** A state's calls are those from call[i] to call[i + 1]. */
    call: Int32Array;
  };
  call: {
    variant: Int32Array;
    edge: Int32Array;
    probability: Float64Array;
    /** Choice of the number of concurrent calls; -1 for always one. */
    count: Int32Array;
    asynchronous: Uint8Array;
    /** Longest wait for an attempt, in ticks; Infinity for none. */
    timeout: Float64Array;
    attempts: Int32Array;
    /** Share of attempts that fail. */
    errors: Float64Array;
    lambda: Float64Array;
    /** Selector of the network's quantile table; -1 for none. */
    network: Int32Array;
    /** Row of the network's loadings; -1 for none. */
    loading: Int32Array;
    /** Selector of the density of the network's rank under the trace's regime; -1 where it is always uniform. */
    regimeRank: Int32Array;
  };
  loadings: Loadings;
  densities: RankDensities;
  choices: Choices;
  tables: QuantileTables;
  selectors: Selectors;
}

/**
 * Compiles a valid topology for simulation under a model. Throws one line where an API that is reached has no own-time
 * tables (a structure-only topology), or where rows depend on a context that the simulator does not know.
 */
export function compile(topology: Topology, model: Model = "gcm"): CompiledTopology {
  return new Compiler(model === "simple" ? simpleTopology(topology) : topology).compile(model);
}

const classDigits = new Map(Array.from({ length: classCount }, (_, each) => [String(each), each]));

interface Variant {
  api: number;
  /** Index of the calling API; -1 for an entry. */
  caller: number;
  /** The chain of callers, by its id; undefined for an entry and for a chain that the topology does not name. */
  chain?: string;
}

class Compiler {
  private readonly apiIndex: Map<string, number>;
  private readonly edgeIndex: Map<string, number>;
  private readonly digits: Map<string, number>[];
  private readonly labels: Label[];
  private readonly chainIds: Map<string, string>;
  private readonly tick: number;
  private readonly variants: Variant[] = [];
  private readonly variantIndex = new Map<string, number>();
  private readonly choices = new ChoicesBuilder();
  private readonly rowChoice = new Map<unknown, number>();
  private readonly tables: QuantileTablesBuilder;
  private readonly selectors = new SelectorsBuilder();
  private readonly loadings: LoadingsBuilder;
  private readonly densities = new RankDensitiesBuilder();
  private readonly variant = {
    state: [] as number[],
    ownTime: [] as number[],
    loading: [] as number[],
    rank: [] as number[],
    regimeRank: [] as number[],
    draw: [0],
    grain: [] as number[],
  };
  private readonly draw = { register: [] as number[], value: [] as number[] };
  private readonly state = {
    next: [] as number[],
    repeat: [] as number[],
    gap: [] as number[],
    path: [] as number[],
    call: [0],
  };
  private readonly call = {
    variant: [] as number[],
    edge: [] as number[],
    probability: [] as number[],
    count: [] as number[],
    asynchronous: [] as number[],
    timeout: [] as number[],
    attempts: [] as number[],
    errors: [] as number[],
    lambda: [] as number[],
    network: [] as number[],
    loading: [] as number[],
    regimeRank: [] as number[],
  };

  constructor(private readonly topology: Topology) {
    this.apiIndex = new Map(topology.apis.map((api, index) => [api.id, index]));
    this.edgeIndex = new Map(topology.edges.map((edge, index) => [edge.id, index]));
    this.chainIds = new Map(
      (topology.chains ?? []).map(({ id, caller, chain }) => [JSON.stringify([caller, chain ?? null]), id]),
    );
    this.labels = labelsOf(topology);
    this.tick = tickOf(topology);
    this.tables = new QuantileTablesBuilder(topology.quantileGrid);
    this.loadings = new LoadingsBuilder(
      topology.exogenous.filter((node) => node.kind === "factor").map(({ id }) => id),
    );
    this.digits = topology.apis.map(pathDigits);
  }

  compile(model: Model): CompiledTopology {
    const { topology, choices, call, draw, state, variant } = this;
    const mix = choices.add(
      topology.workload.mix.map((entry) => ({
        value: this.variantOf(this.apiIndex.get(entry.api)!, -1),
        probability: entry.probability,
      })),
    );
    for (let index = 0; index < this.variants.length; index++) this.addVariant(this.variants[index]!);
    return {
      model,
      apis: topology.apis.map((api) => api.id),
      edges: topology.edges.map((edge) => edge.id),
      paths: this.digits.map((digits) => [...digits.keys()]),
      tick: this.tick,
      rate: entryRate(topology).rate,
      mix,
      labels: this.labels,
      variant: {
        api: Int32Array.from(this.variants, ({ api }) => api),
        state: Int32Array.from(variant.state),
        ownTime: Int32Array.from(variant.ownTime),
        loading: Int32Array.from(variant.loading),
        rank: Int32Array.from(variant.rank),
        regimeRank: Int32Array.from(variant.regimeRank),
        draw: Int32Array.from(variant.draw),
        grain: Float64Array.from(variant.grain),
      },
      draw: { register: Int32Array.from(draw.register), value: Int32Array.from(draw.value) },
      state: {
        next: Int32Array.from(state.next),
        repeat: Int32Array.from(state.repeat),
        gap: Float64Array.from(state.gap),
        path: Int32Array.from(state.path),
        call: Int32Array.from(state.call),
      },
      call: {
        variant: Int32Array.from(call.variant),
        edge: Int32Array.from(call.edge),
        probability: Float64Array.from(call.probability),
        count: Int32Array.from(call.count),
        asynchronous: Uint8Array.from(call.asynchronous),
        timeout: Float64Array.from(call.timeout),
        attempts: Int32Array.from(call.attempts),
        errors: Float64Array.from(call.errors),
        lambda: Float64Array.from(call.lambda),
        network: Int32Array.from(call.network),
        loading: Int32Array.from(call.loading),
        regimeRank: Int32Array.from(call.regimeRank),
      },
      loadings: this.loadings.build(),
      densities: this.densities.build(),
      choices: choices.build(),
      tables: this.tables.build(),
      selectors: this.selectors.build(),
    };
  }

  private variantOf(api: number, caller: number, chain?: string): number {
    const key = JSON.stringify([api, caller, chain]);
    const known = this.variantIndex.get(key);
    if (known !== undefined) return known;
    this.variantIndex.set(key, this.variants.length);
    return this.variants.push({ api, caller, chain }) - 1;
  }

  private addVariant({ api: apiIndex, caller, chain }: Variant): void {
    const { topology, state } = this;
    const api = topology.apis[apiIndex]!;
    const place = `apis[${apiIndex}]`;
    const fixed: Parent = { fixed: caller < 0 ? entryCaller : topology.apis[caller]!.id };
    const callerDigits = this.digits[caller] ?? new Map<string, number>();
    const known: Record<string, Parent> = {
      caller: fixed,
      chain: { fixed: chain ?? null },
      "caller.path": { register: registers.callerPath, digits: callerDigits, size: Math.max(1, callerDigits.size) },
      "caller.rank": { register: registers.callerRankClass, digits: classDigits, size: classCount + 1 },
    };
    for (const [index, { id, digits }] of this.labels.entries())
      known[id] = { register: registers.labels + index, digits, size: digits.size + 1 };
    const digits = this.digits[apiIndex]!;
    const all = { ...known, path: { register: registers.path, digits, size: digits.size } };
    this.variant.state.push(state.next.length);
    this.addDraws(api, caller < 0, known);
    this.addOwnTime(api, all, place);
    this.variant.grain.push(Math.round((api.resolution ?? topology.resolution) / this.tick));

    // Below an entry a chain begins; below a chain that has no name its callees' have none either.
    const calleeChain =
      caller < 0 || chain !== undefined ? this.chainIds.get(JSON.stringify([api.id, chain ?? null])) : undefined;
    const networks = new Map<string, { selector: number; loading: number; regimeRank: number }>();
    for (const [index, node] of api.gcm.nodes.entries()) {
      if (node.kind !== "network" || !node.tables?.length || networks.has(node.edge!)) continue;
      const selector = this.addTables(node, all, `${place}.gcm.nodes[${index}]`);
      const regimeRank = this.addRanks(node.regimeRanks, all, `${place}.gcm.nodes[${index}].regimeRanks`);
      networks.set(node.edge!, { selector, loading: this.loadings.add(node), regimeRank });
    }
    const lambdas = new Map(api.gcm.lambda.map(({ edge, value }) => [edge, value]));
    const states = new Map(api.pfa.states.map((each) => [each.id, each]));
    const rowsFrom = new Map<string, { given: Record<string, string>; index: number }[]>();
    for (const row of api.pfa.transitions) {
      const rows = rowsFrom.get(row.from) ?? [];
      rowsFrom.set(row.from, rows);
      let index = this.rowChoice.get(row);
      if (index === undefined) {
        index = this.choices.add(row.to.map((to) => ({ value: digits.get(to.state)!, probability: to.probability })));
        this.rowChoice.set(row, index);
      }
      rows.push({ given: row.given, index });
    }
    for (const id of digits.keys()) {
      const found = states.get(id);
      if (found === undefined) continue;
      const { gap, repeat, calls, path = id } = found;
      const transitions = rowsFrom.get(id);
      state.next.push(transitions ? this.selectors.add(transitions, known, `${place}.pfa.transitions`) : -1);
      state.gap.push(gap);
      state.path.push(digits.get(path)!);
      state.repeat.push(this.addCounts(repeat));
      for (const { edge: edgeId, probability, count, asynchronous, timeout, attempts } of calls) {
        const edge = topology.edges[this.edgeIndex.get(edgeId)!] as Edge;
        this.call.variant.push(this.variantOf(this.apiIndex.get(edge.callee)!, apiIndex, calleeChain));
        this.call.edge.push(this.edgeIndex.get(edgeId)!);
        this.call.probability.push(probability);
        this.call.count.push(this.addCounts(count));
        this.call.asynchronous.push(asynchronous ? 1 : 0);
        this.call.timeout.push(timeout === undefined ? Number.POSITIVE_INFINITY : timeout / this.tick);
        this.call.attempts.push(attempts ?? 1);
        this.call.errors.push(topology.apis[this.apiIndex.get(edge.callee)!]!.errors);
        this.call.lambda.push(lambdas.get(edgeId) ?? 1);
        this.call.network.push(networks.get(edgeId)?.selector ?? -1);
        this.call.loading.push(networks.get(edgeId)?.loading ?? -1);
        this.call.regimeRank.push(networks.get(edgeId)?.regimeRank ?? -1);
      }
      state.call.push(this.call.edge.length);
    }
  }

  private addDraws(api: Api, entry: boolean, parents: Record<string, Parent>): void {
    for (const [index, { id, digits, drawnBy }] of this.labels.entries()) {
      const rows = drawnBy(api.id, entry);
      if (rows.length === 0) continue;
      this.draw.register.push(registers.labels + index);
      const choices = rows.map(({ given, to }) => ({
        given,
        index: this.choices.add(to.map(({ value, probability }) => ({ value: digits.get(value)!, probability }))),
      }));
      this.draw.value.push(this.selectors.add(choices, parents, `exogenous ${JSON.stringify(id)}`));
    }
    this.variant.draw.push(this.draw.register.length);
  }

  private addOwnTime(api: Api, parents: Record<string, Parent>, place: string): void {
    const index = api.gcm.nodes.findIndex((node) => node.kind === "own_time");
    const node = api.gcm.nodes[index];
    if (!node?.tables?.length) {
      const name = JSON.stringify(api.id);
      throw new Error(
        `topology: ${place}: ${name} has no own_time tables: a structure without times cannot be simulated`,
      );
    }
    this.variant.ownTime.push(this.addTables(node, parents, `${place}.gcm.nodes[${index}]`));
    this.variant.loading.push(this.loadings.add(node));
    this.variant.rank.push(this.addRanks(node.ranks, parents, `${place}.gcm.nodes[${index}].ranks`));
    this.variant.regimeRank.push(this.addRanks(node.regimeRanks, parents, `${place}.gcm.nodes[${index}].regimeRanks`));
  }

  /** Selector of a density of ranks, the uniform one where none of the rows holds; -1 where there are none. */
  private addRanks(rows: readonly RankTable[] = [], parents: Record<string, Parent>, place: string): number {
    if (rows.length === 0) return -1;
    const known = rows.map(({ given, weights }) => ({ given, index: this.densities.add(weights) }));
    return this.selectors.add([...known, { given: {}, index: -1 }], parents, place);
  }

  private addTables(node: GcmNode, parents: Record<string, Parent>, place: string): number {
    const rows = node.tables!.map((table) => ({ given: table.given, index: this.tables.add(table) }));
    return this.selectors.add(rows, parents, `${place}.tables`);
  }

  private addCounts(counts: { count: number; probability: number }[] | undefined): number {
    if (counts === undefined) return -1;
    const known = this.rowChoice.get(counts);
    if (known !== undefined) return known;
    const index = this.choices.add(counts.map(({ count, probability }) => ({ value: count, probability })));
    this.rowChoice.set(counts, index);
    return index;
  }
}
