import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RecordedSpan } from "../otlp.ts";
import type { Order } from "./runService.ts";

/** The services of the recording, each a process of its own. */
export interface Processes {
  /** Port of each service, by name. */
  ports: Record<string, number>;
  /** Stops every process and returns all spans that they recorded. */
  stop(): Promise<RecordedSpan[]>;
  /** Ends every process at once; its spans are lost. */
  kill(): void;
}

interface Report {
  port?: number;
  spans?: RecordedSpan[];
}

/** Starts one process a service, of which those in `databaseUsers` get the database's address. */
export async function startProcesses(
  names: readonly string[],
  database: { url: string; users: readonly string[] },
): Promise<Processes> {
  const children = new Map<string, ChildProcess>();
  const kill = (): void => {
    for (const child of children.values()) child.kill("SIGKILL");
  };
  try {
    for (const name of names) children.set(name, start(name, database.users.includes(name) ? database.url : ""));
    const ports: Record<string, number> = {};
    for (const [name, child] of children) ports[name] = (await report(name, child)).port ?? 0;
    for (const child of children.values()) child.send({ ports } satisfies Order);
    const stop = async (): Promise<RecordedSpan[]> => {
      const reports = [...children].map(([name, child]) => {
        const answer = report(name, child);
        child.send({ stop: true } satisfies Order);
        return answer;
      });
      return (await Promise.all(reports)).flatMap(({ spans }) => spans ?? []);
    };
    return { ports, stop, kill };
  } catch (error) {
    kill();
    throw error;
  }
}

function start(name: string, database: string): ChildProcess {
  return fork(fileURLToPath(new URL("runService.ts", import.meta.url)), [name], {
    env: { ...process.env, PALETTE_DATABASE: database },
    serialization: "advanced",
  });
}

/** The next message of a process; rejects if it ends instead. */
function report(name: string, child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`service ${name} ended with code ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message as Report);
    });
  });
}
