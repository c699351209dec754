import type { Engine, Scan } from "../engine.ts";

/** What one page has on the server: an engine of its own. */
export interface EngineSession {
  engine: Engine;
  scans: Map<string, Scan>;
  /** Finished share of the queries that run, by their ids. */
  progress: Map<string, number>;
}

interface Kept extends EngineSession {
  used: number;
  running: number;
}

/** An error that the client is to see with another status than 400. */
export class StatusError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The sessions of pages; one that nobody used for `idle` ms is closed. */
export class EngineSessions {
  private readonly openEngine: (address?: string) => Promise<Engine>;
  private readonly idle: number;
  private readonly most: number;
  private readonly sessions = new Map<string, Kept>();
  private readonly sweeper: ReturnType<typeof setInterval>;
  private opening = 0;

  constructor(
    openEngine: (address?: string) => Promise<Engine>,
    idle: number,
    most: number,
    /** Told of each session that has ended. */
    private readonly onEnd: (id: string) => Promise<void> = async () => {},
  ) {
    this.openEngine = openEngine;
    this.idle = idle;
    this.most = most;
    this.sweeper = setInterval(() => void this.sweep(), Math.max(50, idle / 4));
    this.sweeper.unref();
  }

  /** @param address of the engine, where a page asks for another one than the server's own */
  async open(id: string, address?: string): Promise<void> {
    if (!/^[\w-]{16,64}$/.test(id)) throw new StatusError(400, "a session's id has 16 to 64 letters, digits or dashes");
    if (this.sessions.has(id)) throw new StatusError(409, "the session is open already");
    if (this.sessions.size + this.opening >= this.most) {
      throw new StatusError(503, `${this.most} pages have engines on this server: close some of them`);
    }
    this.opening++;
    try {
      const engine = await this.openEngine(address);
      this.sessions.set(id, { engine, scans: new Map(), progress: new Map(), used: Date.now(), running: 0 });
    } finally {
      this.opening--;
    }
  }

  /** Does work in a session, which does not end meanwhile. */
  async use<T>(id: string, work: (session: EngineSession) => Promise<T>): Promise<T> {
    const session = this.sessions.get(id);
    if (!session) throw new StatusError(410, "the page's session on the server has ended: reload the page");
    session.running++;
    try {
      return await work(session);
    } finally {
      session.running--;
      session.used = Date.now();
    }
  }

  async end(id: string): Promise<void> {
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    await session?.engine.close();
    if (session) await this.onEnd(id);
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    await Promise.all([...this.sessions.keys()].map((id) => this.end(id)));
  }

  private async sweep(): Promise<void> {
    const now = Date.now();
    for (const [id, { used, running }] of this.sessions)
      if (running === 0 && now - used > this.idle) await this.end(id);
  }
}
