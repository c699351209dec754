import { type RunOptions, type TrinoClient, TrinoError, type TrinoRows } from "./trinoClient.ts";

/** What a query ends with when a worker has gone. */
const workerLost = new Set([
  ...["PAGE_TRANSPORT_TIMEOUT", "PAGE_TRANSPORT_ERROR", "REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH"],
  ...["REMOTE_HOST_GONE", "TOO_MANY_REQUESTS_FAILED", "ABANDONED_TASK"],
]);

/** Milliseconds from which on a statement is long. */
const long = 30_000;

/**
 * Runs the statements that make tables so that they outlive a worker. Retries of tasks (`retry_policy=TASK`) cost seconds a
 * statement and need an exchange manager on the cluster: they are asked for once a statement took long, as those after it
 * will, and where a worker was lost. That statement is run once more either way; none leaves half a table. A person's
 * own `retry_policy` is left as it is.
 */
export class TaskRetry {
  private readonly client: TrinoClient;
  private isLong = false;
  private offered: Promise<boolean> | undefined;

  constructor(client: TrinoClient) {
    this.client = client;
  }

  async run(sql: string, options: RunOptions): Promise<TrinoRows> {
    if (this.client.hasRetryPolicy) return this.client.run(sql, options);
    const started = performance.now();
    const session = this.isLong && (await this.isOffered()) ? { retry_policy: "TASK" } : undefined;
    try {
      return await this.client.run(sql, { ...options, session });
    } catch (error) {
      if (!(error instanceof TrinoError) || !workerLost.has(error.errorName)) throw error;
      this.isLong = true;
      const offered = await this.isOffered();
      const again = { ...options, session: offered ? { retry_policy: "TASK" } : undefined };
      return await this.client.run(sql, again).catch((second: Error) => {
        if (offered) throw second;
        throw new Error(
          `${second.message}; with an exchange manager the cluster could finish queries whose worker is lost`,
          {
            cause: second,
          },
        );
      });
    } finally {
      if (performance.now() - started > long) this.isLong = true;
    }
  }

  /** Whether the cluster can retry tasks: without an exchange manager it refuses any query that asks for it. */
  private isOffered(): Promise<boolean> {
    const session = { retry_policy: "TASK" };
    this.offered ??= this.client.run("SELECT count(*) FROM (VALUES 1) AS v(x)", { session }).then(
      () => true,
      () => false,
    );
    return this.offered;
  }
}
