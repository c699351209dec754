import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "../../../build/projectRoot.ts";

const run = promisify(execFile);

/** The newest version whose server is on Maven Central, and the oldest Java that runs it. */
const [version, oldestJava] = [476, 24];
const home = join(projectRoot(), "node_modules", ".cache", `trino-${version}`);

export interface TrinoCluster {
  /** Such as `trino://test@127.0.0.1:1234/hive/lake`; the schema exists and is empty. */
  address: string;
  /** The folder that `local:///` stands for. */
  warehouse: string;
  /** Ends a worker at once, as a machine that fails does. */
  killWorker(index: number): Promise<void>;
  /** Ends the coordinator and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no Trino can run here, or undefined where one can; it is installed then. */
export async function trinoMissing(): Promise<string | undefined> {
  if ((await findJava()) === undefined) return `no Java ${oldestJava} or newer in JAVA_HOME or /usr/lib/jvm`;
  try {
    await install();
  } catch (error) {
    return `Trino ${version} cannot be installed: ${(error as Error).message.split("\n")[0]}`;
  }
}

/**
 * Starts a Trino with Hive tables in a folder of its own, on loopback. Without workers the coordinator works, which
 * takes a JVM less.
 */
export async function startTrino(workers = 0): Promise<TrinoCluster> {
  const java = (await findJava())!;
  const folder = await mkdtemp(join(tmpdir(), "palette-trino-"));
  const warehouse = join(folder, "warehouse");
  mkdirSync(warehouse);
  const ports = await freePorts(workers + 1);
  const node = (index: number) => startNode({ folder, java, ports, index, workers });
  const nodes = ports.map((_, index) => node(index));
  const stop = async () => {
    for (const each of nodes) await end(each);
    await rm(folder, { recursive: true, force: true });
  };
  const ready = async () => {
    const origin = `http://127.0.0.1:${ports[0]}`;
    for (let left = 240; ; left--) {
      if (left === 0 || nodes[0]!.exitCode !== null) throw new Error(`Trino does not start:\n${await logOf(folder)}`);
      const answer = await statement(origin, "SELECT count(*) FROM system.runtime.nodes WHERE state = 'active'");
      // A worker that was killed does not come back.
      if (answer === nodes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).length) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return origin;
  };
  try {
    await statement(await ready(), "CREATE SCHEMA IF NOT EXISTS hive.lake");
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: `trino://test@127.0.0.1:${ports[0]}/hive/lake`,
    warehouse,
    killWorker: (index) => end(nodes[index + 1]!),
    async restart() {
      await end(nodes[0]!);
      nodes[0] = node(0);
      await ready();
    },
    stop,
  };
}

/** The first value of a statement's result; undefined as long as the server does not answer. */
async function statement(origin: string, sql: string): Promise<unknown> {
  type Page = { nextUri?: string; data?: unknown[][]; error?: unknown };
  const headers = { "X-Trino-User": "test" };
  let value: unknown;
  try {
    let response = await fetch(`${origin}/v1/statement`, { method: "POST", body: sql, headers });
    for (;;) {
      const page = (await response.json()) as Page;
      value ??= page.data?.[0]?.[0];
      if (!page.nextUri) return value;
      response = await fetch(page.nextUri, { headers });
    }
  } catch {
    return undefined;
  }
}

interface NodeOptions {
  folder: string;
  java: string;
  ports: number[];
  index: number;
  workers: number;
}

function startNode({ folder, java, ports, index, workers }: NodeOptions): ChildProcess {
  const place = join(folder, `node-${index}`);
  const etc = join(place, "etc");
  mkdirSync(join(etc, "catalog"), { recursive: true });
  const write = (name: string, lines: readonly string[]) => writeFileSync(join(etc, name), `${lines.join("\n")}\n`);
  const local = ["node.bind-ip=127.0.0.1", "node.internal-address=127.0.0.1"];
  write("node.properties", [`node.environment=test`, `node.id=node-${index}`, `node.data-dir=${place}/data`, ...local]);
  write("config.properties", [
    `coordinator=${index === 0}`,
    ...(index === 0 ? [`node-scheduler.include-coordinator=${workers === 0}`] : []),
    `http-server.http.port=${ports[index]}`,
    `discovery.uri=http://127.0.0.1:${ports[0]}`,
    "query.max-memory=4GB",
    "query.max-memory-per-node=1GB",
    "memory.heap-headroom-per-node=300MB",
  ]);
  write("jvm.config", [
    ...["-server", "-Xmx2G", "-XX:+UseG1GC", "-XX:+ExplicitGCInvokesConcurrent", "-XX:+ExitOnOutOfMemoryError"],
    ...["-XX:ReservedCodeCacheSize=256M", "-Djdk.attach.allowAttachSelf=true", "-XX:+EnableDynamicAgentLoading"],
    "--add-modules=jdk.incubator.vector",
  ]);
  write("catalog/hive.properties", [
    ...["connector.name=hive", "hive.metastore=file", "hive.metastore.catalog.dir=local:///metastore"],
    ...["fs.native-local.enabled=true", `local.location=${folder}/warehouse`],
    ...["hive.non-managed-table-writes-enabled=true", "hive.timestamp-precision=NANOSECONDS"],
  ]);
  write("exchange-manager.properties", [
    "exchange-manager.name=filesystem",
    `exchange.base-directories=${folder}/exchange`,
  ]);
  const arguments_ = ["run", "--etc-dir", etc, "--data-dir", join(place, "data")];
  const log = join(place, "log");
  const env = { ...process.env, JAVA_HOME: java };
  const child = spawn("bash", ["-c", 'exec "$0" "$@" > "$LOG" 2>&1', join(home, "bin", "launcher"), ...arguments_], {
    env: { ...env, LOG: log },
    stdio: "ignore",
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

async function logOf(folder: string): Promise<string> {
  const log = await readFile(join(folder, "node-0", "log"), "utf8").catch(() => "");
  return log.split("\n").slice(-20).join("\n");
}

async function findJava(): Promise<string | undefined> {
  const installed = existsSync("/usr/lib/jvm") ? readdirSync("/usr/lib/jvm").map((name) => `/usr/lib/jvm/${name}`) : [];
  for (const candidate of [process.env.JAVA_HOME, ...installed]) {
    if (candidate === undefined || !existsSync(join(candidate, "bin", "java"))) continue;
    const { stderr } = await run(join(candidate, "bin", "java"), ["-version"]);
    if (Number(stderr.match(/version "(\d+)/)?.[1]) >= oldestJava) return candidate;
  }
}

/** The server without connectors, and the connector for tables in folders. */
async function install(): Promise<void> {
  if (existsSync(home)) return;
  const fetchPlugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:get";
  const repository = join(homedir(), ".m2", "repository", "io", "trino");
  const get = async (name: string, packaging: string) => {
    const file = join(repository, name, String(version), `${name}-${version}.${packaging}`);
    if (!existsSync(file)) {
      const artifact = `-Dartifact=io.trino:${name}:${version}:${packaging}`;
      await run("mvn", ["-q", "-B", fetchPlugin, "-Dtransitive=false", artifact], { timeout: 300_000 });
    }
    return file;
  };
  const [server, hive] = [await get("trino-server-core", "tar.gz"), await get("trino-hive", "zip")];
  mkdirSync(join(home, ".."), { recursive: true });
  const unpacked = await mkdtemp(`${home}-`);
  await run("tar", ["xzf", server, "-C", unpacked, "--strip-components=1"]);
  await run("unzip", ["-q", hive, "-d", join(unpacked, "plugin")]);
  await rename(join(unpacked, "plugin", `trino-hive-${version}`), join(unpacked, "plugin", "hive"));
  await rename(unpacked, home);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
