/** A database that connections are made to. */
export interface Database<C> {
  connect(): Promise<C>;
  /** Stops what a connection runs, soon. */
  interrupt(connection: C): void;
  /** Ends the connections and frees the database. */
  close(connections: Iterable<C>): Promise<void>;
}

/** Lends connections, so that each running statement has one of its own and can be interrupted alone. */
export class ConnectionPool<C> {
  private readonly database: Database<C>;
  private readonly connections = new Set<C>();
  private readonly idle = new Set<C>();
  private waiting: (() => void)[] = [];
  private lent = 0;
  private closing: Promise<void> | undefined;

  constructor(database: Database<C>) {
    this.database = database;
  }

  async use<T>(work: (connection: C) => Promise<T>): Promise<T> {
    this.throwIfClosed();
    const [first] = this.idle;
    return this.lend(first, work);
  }

  /** Does the work on each connection in turn, once it is idle. */
  async useEach(work: (connection: C) => Promise<void>): Promise<void> {
    for (const connection of [...this.connections]) {
      while (!this.idle.has(connection)) {
        this.throwIfClosed();
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
      this.throwIfClosed();
      await this.lend(connection, work);
    }
  }

  /** Interrupts what runs, waits for it to end, and closes the database. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    while (this.lent > 0) {
      for (const connection of this.connections) if (!this.idle.has(connection)) this.database.interrupt(connection);
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        setTimeout(resolve, 20);
      });
    }
    await this.database.close(this.connections);
  }

  private async lend<T>(given: C | undefined, work: (connection: C) => Promise<T>): Promise<T> {
    if (given !== undefined) this.idle.delete(given);
    this.lent++;
    let connection = given;
    try {
      if (connection === undefined) {
        connection = await this.database.connect();
        this.connections.add(connection);
      }
      return await work(connection);
    } finally {
      this.lent--;
      if (connection !== undefined) this.idle.add(connection);
      const waiting = this.waiting;
      this.waiting = [];
      for (const resolve of waiting) resolve();
    }
  }

  private throwIfClosed(): void {
    if (this.closing) throw new Error("the engine is closed");
  }
}
