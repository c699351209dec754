import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** A PostgreSQL of its own, in a temporary folder and on a free port of the loopback address. */
export interface Postgres {
  /** Connection string, with a password made for this run. */
  url: string;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Makes a cluster and starts it; as root it runs as the user `postgres`, since the server refuses root.
 * Throws where Debian's package `postgresql` is not installed, or the server does not answer within 20 s.
 */
export async function startPostgres(): Promise<Postgres> {
  const programs = await findPrograms();
  const owner = process.getuid?.() === 0 ? userIds("postgres") : undefined;
  const folder = await mkdtemp(join(tmpdir(), "palette-recording-"));
  const [data, passwordFile, password] = [
    join(folder, "data"),
    join(folder, "password"),
    randomBytes(16).toString("hex"),
  ];
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner) for (const path of [folder, passwordFile]) await chown(path, owner.uid, owner.gid);
  const environment = { ...owner, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C" } };
  const access = ["--username=palette", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  execFileSync(join(programs, "initdb"), ["-D", data, "--encoding=UTF8", ...access], { ...environment, stdio: "pipe" });
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "jit=off"];
  const server = spawn(join(programs, "postgres"), ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
    ...environment,
    stdio: "ignore",
  });
  const url = `postgresql://palette:${password}@127.0.0.1:${port}/postgres`;
  const stop = async (): Promise<void> => {
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function findPrograms(): Promise<string> {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? await readdir(root) : [];
  const found = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, "bin"))
    .find((path) => existsSync(join(path, "postgres")));
  if (!found) throw new Error(`no PostgreSQL server below ${root}: apt-get install postgresql`);
  return found;
}

function userIds(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (server.exitCode !== null) throw new Error(`postgres ended with code ${server.exitCode} before it answered`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  throw new Error("postgres did not answer within 20 s");
}
