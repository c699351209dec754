import { classOf } from "../gcm/rankClasses.ts";
import { choose } from "./choices.ts";
import { type CompiledTopology, finish, noClass, registers, start } from "./compile.ts";
import type { Executions } from "./executions.ts";
import { drawNormal, drawRank } from "./loadings.ts";
import { quantileOf } from "./quantileTables.ts";
import { Random } from "./random.ts";
import { rankUnder } from "./rankDensities.ts";
import { selectRow } from "./selectors.ts";

export interface SimulateOptions {
  /** Number of traces. */
  traces: number;
  /** Any finite number; equal seeds give equal traces. */
  seed: number;
  /** Executions and stages that one trace may have before it is refused as endless; 1,000,000 unless told. */
  maxTrace?: number;
  /** Told what the executions do not hold, for each of them as its own time is drawn. */
  observe?: Observer;
}

/**
 * @param row the execution's row, counted from the first of its batch
 * @param trace the trace's number
 * @param path local number of the path that it took (see `CompiledTopology.paths`)
 * @param rank of its own time, 0 to 1, before the trace's regime bends it
 * @param factors of its trace; the array is used again for the next
 * @param labels numbers of the values that it has of the labels (see `CompiledTopology.labels`); not to be kept
 */
export type Observer = (
  row: number,
  trace: number,
  path: number,
  rank: number,
  factors: Float64Array,
  labels: Int32Array,
) => void;

export interface BatchOptions extends SimulateOptions {
  /** A batch ends with the trace that reaches this many executions; 65,536 unless told. */
  batch?: number;
  /** The trace to begin with, and when the one before it arrived, in ticks (see `arrivalsOf`); the first at 0 unless told. */
  from?: { trace: number; arrival: number };
}

/** Below this many levels of callers an API makes no calls, so that recursion ends. */
export const maxDepth = 64;

/**
 * Simulates traces of a compiled topology: each draws an entry API by the workload's mix, walks its automaton, makes
 * the calls of each state concurrently and the stages one after another; latency is own time and, for each stage, the
 * longest λ·waited of its synchronous calls. Rows are in depth-first order. Arrivals are a Poisson process. Throws one
 * line when a trace does not end.
 */
export function simulate(compiled: CompiledTopology, options: SimulateOptions): Executions {
  const [executions] = simulateBatches(compiled, { ...options, batch: Number.POSITIVE_INFINITY });
  return executions ?? new Simulator(compiled, options).take(0);
}

/**
 * The same traces as `simulate`, in batches of bounded size and flat memory. `parent` counts rows from the batch's own
 * first row, `trace` runs on. What is simulated does not depend on the size of batches: each trace has its own stream
 * of random numbers.
 */
export function* simulateBatches(compiled: CompiledTopology, options: BatchOptions): Generator<Executions> {
  const { traces, batch = 65536, from = { trace: 0, arrival: 0 } } = options;
  if (!Number.isSafeInteger(traces) || traces < 0 || traces >= 2 ** 31) {
    throw new Error(`simulate: ${traces} is not a number of traces between 0 and 2147483647`);
  }
  if (!Number.isFinite(options.seed)) throw new Error(`simulate: ${options.seed} is not a finite seed`);
  // A batch ends after the trace that fills it: with room for that one, columns rarely grow.
  const simulator = new Simulator(compiled, options, Math.min(batch + batch / 16, 65536 + 4096) | 0);
  simulator.arrival = from.arrival;
  let first = from.trace;
  for (let trace = first; trace < traces; trace++) {
    simulator.addTrace(trace);
    if (simulator.length < batch && trace < traces - 1) continue;
    yield simulator.take(trace + 1 - first);
    first = trace + 1;
  }
}

/** When the traces from one number up to another arrive, in ticks from the start of the run: the last of them. */
export function arrivalsOf(
  compiled: CompiledTopology,
  seed: number,
  from: { trace: number; arrival: number },
  to: number,
): number {
  const random = new Random(seed);
  let { arrival } = from;
  for (let trace = from.trace; trace < to; trace++) {
    random.restart(seed, trace);
    arrival += pause(compiled, random);
  }
  return arrival;
}

/** Ticks from one arrival to the next: the first that is drawn for a trace. */
function pause({ rate, tick }: CompiledTopology, random: Random): number {
  return Math.round((-Math.log(random.uniform()) / rate) * 1e6 * ticksOf(tick));
}

/** Ticks a µs; whole where a tick is shorter. */
function ticksOf(tick: number): number {
  return tick < 1 ? Math.round(1 / tick) : 1 / tick;
}

class Simulator {
  length = 0;
  /** Arrival of the last trace, in ticks. */
  arrival = 0;
  private columns: Executions;
  private capacity: number;
  private readonly random: Random;
  /** States visited by the executions under way, one after another. */
  private walk = new Int32Array(1024);
  private walkTop = 0;
  /** Registers of each execution under way, one frame after another. */
  private readonly registers: Int32Array;
  private readonly frame: number;
  /** The factors of the trace under way. */
  private readonly factors: Float64Array;
  private readonly seed: number;
  private readonly maxTrace: number;
  private readonly observe: Observer | undefined;
  /** Executions and stages of the trace under way. */
  private effort = 0;
  /** Number of the trace under way. */
  private trace = 0;
  /** Ticks a µs, and µs a tick: the one of them that is at least 1 is whole, so that times are exact. */
  private readonly ticks: number;
  private readonly micros: number;

  constructor(
    private readonly compiled: CompiledTopology,
    options: SimulateOptions,
    private readonly firstCapacity = 1024,
  ) {
    this.seed = options.seed;
    this.maxTrace = options.maxTrace ?? 1e6;
    this.observe = options.observe;
    this.random = new Random(options.seed);
    this.factors = new Float64Array(compiled.loadings.factors);
    this.frame = registers.labels + compiled.labels.length;
    this.registers = new Int32Array((maxDepth + 2) * this.frame);
    this.capacity = firstCapacity;
    this.columns = allocate(firstCapacity);
    const { tick } = compiled;
    this.ticks = ticksOf(tick);
    this.micros = tick < 1 ? 1 / Math.round(1 / tick) : tick;
  }

  /** Hands over the rows so far as a batch of `traces` traces. */
  take(traces: number): Executions {
    const { columns, length } = this;
    this.columns = allocate(this.firstCapacity);
    this.capacity = this.firstCapacity;
    this.length = 0;
    return { ...columns, length, traces };
  }

  addTrace(trace: number): void {
    const { compiled, random } = this;
    random.restart(this.seed, trace);
    this.arrival += pause(compiled, random);
    for (let factor = 0; factor < this.factors.length; factor++) this.factors[factor] = drawNormal(random);
    this.effort = 0;
    this.trace = trace;
    this.walkTop = 0;
    const first = this.length;
    const entry = choose(compiled.choices, compiled.mix, random);
    this.registers[registers.callerRankClass] = noClass;
    this.registers.fill(0, registers.labels, this.frame);
    const row = this.addRow(entry, -1, -1, 0, 0);
    this.execute(entry, row, this.arrival, 0);
    this.setTimes(row, this.arrival, this.columns.duration[row]!);
    this.columns.trace.fill(trace, first, this.length);
    this.toMicros(first);
  }

  /** Runs an API, writes its duration and adds its calls; `begin` is its start in ticks. Returns the duration. */
  private execute(variant: number, row: number, begin: number, depth: number): number {
    const { compiled, random, registers: values } = this;
    const { choices, selectors, tables, state, call } = compiled;
    const frame = depth * this.frame;
    const lastDraw = compiled.variant.draw[variant + 1]!;
    for (let draw = compiled.variant.draw[variant]!; draw < lastDraw; draw++) {
      const value = selectRow(selectors, compiled.draw.value[draw]!, values, frame);
      values[frame + compiled.draw.register[draw]!] = choose(choices, value, random);
    }
    const walkFrom = this.walkTop;
    const states = compiled.variant.state[variant]!;
    let gaps = 0;
    let path: number = start;
    for (;;) {
      const next = choose(choices, selectRow(selectors, state.next[states + path]!, values, frame), random);
      if (next === finish) break;
      path = next;
      const repeat = state.repeat[states + path]!;
      const runs = repeat < 0 ? 1 : choose(choices, repeat, random);
      gaps += runs * state.gap[states + path]!;
      this.visit(states + path, runs);
    }
    values[frame + registers.path] = state.path[states + path]!;
    const grain = compiled.variant.grain[variant]!;
    const table = selectRow(selectors, compiled.variant.ownTime[variant]!, values, frame);
    const density = compiled.variant.rank[variant]!;
    const rank = rankUnder(
      compiled.densities,
      density < 0 ? -1 : selectRow(selectors, density, values, frame),
      this.rank(compiled.variant.loading[variant]!),
    );
    values[frame + registers.rankClass] = classOf(rank);
    this.observe?.(
      row,
      this.trace,
      values[frame + registers.path]!,
      rank,
      this.factors,
      values.subarray(frame + registers.labels, frame + this.frame),
    );
    const bent = this.underRegime(compiled.variant.regimeRank[variant]!, frame, rank);
    const own = this.grained(quantileOf(tables, table, bent), grain);
    const split = gaps > 1 ? own / gaps : own;

    let elapsed = 0;
    let spent = 0;
    const walkTo = depth < maxDepth ? this.walkTop : walkFrom;
    for (let visit = walkFrom; visit < walkTo; visit++) {
      const stage = this.walk[visit]!;
      spent += split * state.gap[stage]!;
      const at = begin + elapsed + Math.min(own, grain === 1 ? Math.floor(spent) : Math.floor(spent / grain) * grain);
      let longest = 0;
      const end = state.call[stage + 1]!;
      for (let index = state.call[stage]!; index < end; index++) {
        const probability = call.probability[index]!;
        if (probability < 1 && random.uniform() >= probability) continue;
        const count = call.count[index]! < 0 ? 1 : choose(choices, call.count[index]!, random);
        for (let each = 0; each < count; each++) {
          const took =
            call.attempts[index] === 1 && call.timeout[index] === Number.POSITIVE_INFINITY
              ? this.makeCall(index, row, visit - walkFrom, at, grain, depth)
              : this.attemptCall(index, row, visit - walkFrom, at, grain, depth);
          const waited = took * call.lambda[index]!;
          if (waited > longest && call.asynchronous[index] === 0) longest = waited;
        }
      }
      elapsed += Math.round(longest);
    }
    this.walkTop = walkFrom;
    const duration = rounded(own + elapsed, grain);
    this.columns.duration[row] = duration;
    return duration;
  }

  /** Makes a call until an attempt neither times out nor fails; returns how long the caller waits in all, in ticks. */
  private attemptCall(index: number, parent: number, stage: number, at: number, grain: number, depth: number): number {
    const { timeout, attempts, errors } = this.compiled.call;
    let waited = 0;
    for (let left = attempts[index]!; left > 0; left--) {
      const took = this.makeCall(index, parent, stage, at + waited, grain, depth);
      waited += Math.min(took, Math.round(timeout[index]! / grain) * grain);
      if (took <= timeout[index]! && (left === 1 || this.random.uniform() >= errors[index]!)) break;
    }
    return waited;
  }

  /** Makes one call and returns how long the caller waits for it (or would, if it did), in ticks. */
  private makeCall(index: number, parent: number, stage: number, at: number, grain: number, depth: number): number {
    const { compiled, registers: values } = this;
    const { call, selectors, tables } = compiled;
    const frame = depth * this.frame;
    const next = frame + this.frame;
    let network = 0;
    const selector = call.network[index]!;
    if (selector >= 0) {
      const table = selectRow(selectors, selector, values, frame);
      network = this.grained(
        quantileOf(tables, table, this.underRegime(call.regimeRank[index]!, frame, this.rank(call.loading[index]!))),
        grain,
      );
    }
    const variant = call.variant[index]!;
    const row = this.addRow(variant, parent, call.edge[index]!, stage, call.asynchronous[index]!);
    values[next + registers.callerPath] = values[frame + registers.path]!;
    values[next + registers.callerRankClass] = values[frame + registers.rankClass]!;
    for (let at = registers.labels; at < this.frame; at++) values[next + at] = values[frame + at]!;
    const duration = this.execute(variant, row, at + Math.floor(network / 2), depth + 1);
    this.setTimes(row, at, duration + network);
    return duration + network;
  }

  /** The rank of a node with these loadings. */
  private rank(loading: number): number {
    return drawRank(this.compiled.loadings, loading, this.factors, this.random);
  }

  /** The rank that a selector of regimes' densities, -1 for none, makes of one. */
  private underRegime(selector: number, frame: number, rank: number): number {
    if (selector < 0) return rank;
    const { densities, selectors } = this.compiled;
    return rankUnder(densities, selectRow(selectors, selector, this.registers, frame), rank);
  }

  /** µs in ticks, rounded to a grain. */
  private grained(micros: number, grain: number): number {
    return rounded(micros * this.ticks, grain);
  }

  private visit(state: number, runs: number): void {
    this.spend(runs);
    while (this.walkTop + runs > this.walk.length) {
      const longer = new Int32Array(this.walk.length * 2);
      longer.set(this.walk);
      this.walk = longer;
    }
    for (let run = 0; run < runs; run++) this.walk[this.walkTop++] = state;
  }

  private spend(effort: number): void {
    this.effort += effort;
    if (this.effort <= this.maxTrace) return;
    const entry = JSON.stringify(this.compiled.apis[this.columns.api[this.length - 1]!]);
    throw new Error(
      `simulate: a trace passed ${this.maxTrace} executions and stages while in API ${entry}: its calls or repeats do not end`,
    );
  }

  private addRow(variant: number, parent: number, edge: number, stage: number, asynchronous: number): number {
    this.spend(1);
    if (this.length === this.capacity) this.grow();
    const { columns } = this;
    const row = this.length++;
    columns.parent[row] = parent;
    columns.api[row] = this.compiled.variant.api[variant]!;
    columns.edge[row] = edge;
    columns.stage[row] = stage;
    columns.asynchronous[row] = asynchronous;
    return row;
  }

  private setTimes(row: number, at: number, waited: number): void {
    this.columns.start[row] = at;
    this.columns.waited[row] = waited;
  }

  private toMicros(first: number): void {
    const { start, duration, waited } = this.columns;
    const { ticks, micros } = this;
    if (ticks === 1) return;
    for (const column of [start, duration, waited]) {
      if (ticks > 1) for (let row = first; row < this.length; row++) column[row] = column[row]! / ticks;
      else for (let row = first; row < this.length; row++) column[row] = column[row]! * micros;
    }
  }

  private grow(): void {
    const longer = allocate(this.capacity * 2);
    for (const [name, column] of Object.entries(this.columns)) {
      if (ArrayBuffer.isView(column)) (longer[name as "start"] as Float64Array).set(column as Float64Array);
    }
    this.columns = longer;
    this.capacity *= 2;
  }
}

/** Most grains are one tick: divisions cost more than to ask. */
function rounded(ticks: number, grain: number): number {
  return grain === 1 ? Math.round(ticks) : Math.round(ticks / grain) * grain;
}

function allocate(capacity: number): Executions {
  return {
    length: 0,
    traces: 0,
    trace: new Int32Array(capacity),
    parent: new Int32Array(capacity),
    api: new Int32Array(capacity),
    edge: new Int32Array(capacity),
    start: new Float64Array(capacity),
    duration: new Float64Array(capacity),
    waited: new Float64Array(capacity),
    stage: new Int32Array(capacity),
    asynchronous: new Uint8Array(capacity),
  };
}
