/** Lets works that write the same tables run one after the other, in the order in which they asked. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Starts the work when all that came before has ended, however it ended. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => {});
    return turn;
  }
}
