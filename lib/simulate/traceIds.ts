import { mix32, Random } from "./random.ts";

/** Streams of random numbers for ids begin here, far from those that simulate traces. */
const firstStream = 2 ** 48;

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** Ids of generated traces and spans as tracers write them; they follow from the seed and are unique in their trace. */
export class TraceIds {
  private readonly random: Random;
  private high = "";
  private key = 0;

  constructor(private readonly seed: number) {
    this.random = new Random(seed);
  }

  /** Turns to a trace and returns its id: 16 bytes as hex. */
  trace(trace: number): string {
    const { random } = this;
    random.restart(this.seed, firstStream + trace);
    this.high = hex(random.word() | 1);
    this.key = random.word();
    return hex(random.word() | 1) + hex(random.word()) + hex(random.word()) + hex(random.word());
  }

  /** The id of the trace's span of this number: 8 bytes as hex. */
  span(number: number): string {
    return this.high + hex(mix32(number ^ this.key));
  }
}
