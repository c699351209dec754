/** A simulated clock: what is due happens in order of time, and of asking where times are equal. Times are µs. */
export class Clock {
  now = 0;
  private readonly due: { at: number; order: number; happen: () => void }[] = [];
  private asked = 0;

  after(wait: number, happen: () => void): void {
    const { due } = this;
    const event = { at: this.now + wait, order: this.asked++, happen };
    let place = due.push(event) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!sooner(event, due[above]!)) break;
      due[place] = due[above]!;
      place = above;
    }
    due[place] = event;
  }

  /** Until nothing is due any more. */
  run(): void {
    for (let next = this.next(); next !== undefined; next = this.next()) {
      this.now = next.at;
      next.happen();
    }
  }

  private next() {
    const { due } = this;
    const first = due[0];
    const last = due.pop();
    if (first === undefined || last === undefined || due.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= due.length) break;
      if (below + 1 < due.length && sooner(due[below + 1]!, due[below]!)) below++;
      if (!sooner(due[below]!, last)) break;
      due[place] = due[below]!;
      place = below;
    }
    due[place] = last;
    return first;
  }
}

function sooner(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A queue, first come first served, in front of so many servers. */
export class Servers {
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private free: number,
  ) {}

  /**
   * Has a free server work.
   * @param work told when a server begins; gives how long it works, µs
   */
  serve(work: () => number, done: () => void): void {
    const begin = () => {
      this.free--;
      this.clock.after(work(), () => {
        this.free++;
        this.waiting.shift()?.();
        done();
      });
    };
    if (this.free > 0) begin();
    else this.waiting.push(begin);
  }
}
