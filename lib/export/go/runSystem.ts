import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { collectSpans } from "./collectSpans.ts";
import { findGo } from "./goTool.ts";

export interface RunOptions {
  /** Entry calls a second; absent for the topology's own, slowed by `scale`. */
  rate?: number;
  /** Seconds of calls that are recorded, and before these, seconds that are not. */
  duration: number;
  warmUp: number;
  seed: number;
  /** Processes that the services are spread over. */
  processes: number;
  /** How many times slower than the model everything runs; the spans' times are those of the model. */
  scale: number;
  corrections: "off" | "on" | "log";
  /** Kind of work of all APIs; absent for what each says. */
  work?: "cpu" | "memory" | "disk" | "sleep";
  /** When work ends: at its deadline, or once its thread has had the CPU for as long; absent for `wall`. */
  clock?: "wall" | "cpu";
  /** What this machine adds, as `calibrate` measures it; nothing is taken off where absent. */
  costs?: MachineCosts;
  /** CSV file of arrivals to repeat (`recordedArrivals`), at `rate` where it is given; absent for Poisson arrivals. */
  arrivals?: string;
  signal?: AbortSignal;
  onStep?(step: string): void;
}

/** Medians on this machine, µs. */
export interface MachineCosts {
  /** What a call between services takes beyond what its callee does. */
  hop: number;
  /** How late an API's work ends. */
  wake: number;
}

/** What the workload achieved; lateness in µs. */
export interface RunReport {
  arrivals: "poisson" | "recorded";
  rate: number;
  achieved: number;
  sent: number;
  completed: number;
  failed: number;
  /** Work offered, as a share of the cores. */
  offered: number;
  latenessP50: number;
  latenessP99: number;
  latenessMax: number;
  firstError?: string;
  /** What the workload and the processes said on the way, such as that more is offered than the cores can do. */
  warnings: string[];
}

interface Running {
  child: ChildProcess;
  name: string;
  said: string;
  ended: Promise<void>;
}

/**
 * Builds an export of `exportGo`, starts its processes on loopback, waits until all answer, drives the workload, collects
 * the spans of all processes into one file of OTLP JSON lines, and stops everything, come what may. Throws one line where
 * Go is missing or too old, where the code does not compile, or where a process ends by itself, with the end of its log.
 */
export async function runSystem(folder: string, spans: string, options: RunOptions): Promise<RunReport> {
  const { signal, onStep = () => {}, processes } = options;
  const go = await findGo();
  await stat(join(folder, "cmd", "system", "main.go")).catch(() => {
    throw new Error(`${folder}: is no export for Go: there is no cmd/system/main.go`);
  });
  const temporary = await mkdtemp(join(tmpdir(), "palette-run-"));
  const running: Running[] = [];
  try {
    onStep("building");
    await build(go, folder, temporary, signal);
    const environment = {
      ...process.env,
      PALETTE_SPANS: temporary,
      PALETTE_CORRECTIONS: options.corrections,
      PALETTE_TIME_SCALE: String(options.scale),
      PALETTE_WORK: options.work ?? "",
      PALETTE_CLOCK: options.clock ?? "",
      PALETTE_HOP_US: String(options.costs?.hop ?? 0),
      PALETTE_WAKE_US: String(options.costs?.wake ?? 0),
    };
    onStep(`starting ${processes} processes`);
    const program = join(temporary, "system");
    const { addresses, crash } = await startProcesses(program, processes, environment, running, signal);
    onStep("driving the workload");
    const report = join(temporary, "report.json");
    const seconds = (value: number) => `${value}s`;
    const args = ["-addresses", addresses.join(","), "-report", report, "-seed", String(options.seed)];
    args.push(
      "-scale",
      String(options.scale),
      "-duration",
      seconds(options.duration),
      "-warmup",
      seconds(options.warmUp),
    );
    if (options.arrivals !== undefined) args.push("-arrivals", resolve(options.arrivals));
    if (options.rate !== undefined) args.push("-rate", String(options.rate));
    // What it says before the first call, such as that more is offered than the cores can do, is said at once.
    const load = start("workload", join(temporary, "load"), args, environment, (text) => onStep(text.trim()));
    running.push(load);
    const interrupted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    interrupted.catch(() => {});
    await Promise.race([crash, load.ended, interrupted]);
    signal?.throwIfAborted();
    if (load.child.exitCode !== 0) throw crashed(load);
    onStep("waiting for asynchronous calls");
    await Promise.race([crash, interrupted, drained(addresses)]);
    onStep("stopping");
    const services = running.filter((each) => each !== load);
    await stop(services);
    const cut = await collectSpans(temporary, spans);
    const found = JSON.parse(await readFile(report, "utf8")) as RunReport;
    const said = running.flatMap((each) => each.said.split("\n").filter((line) => line !== ""));
    return { ...found, warnings: [...said, ...cut] };
  } finally {
    await stop(running);
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Starts the processes of a system, which `running` then holds, and waits until all answer. Another program may take a
 * port in between: then others are tried.
 */
async function startProcesses(
  program: string,
  processes: number,
  environment: NodeJS.ProcessEnv,
  running: Running[],
  signal?: AbortSignal,
): Promise<{ addresses: string[]; crash: Promise<never> }> {
  for (let tries = 1; ; tries++) {
    const addresses = (await freePorts(processes)).map((port) => `127.0.0.1:${port}`);
    for (let number = 0; number < processes; number++) {
      const args = ["-addresses", addresses.join(","), "-process", String(number)];
      running.push(start(`process ${number}`, program, args, { ...environment, PALETTE_PROCESS: `spans-${number}` }));
    }
    const crash = Promise.race(running.map(async (each) => each.ended.then(() => Promise.reject(crashed(each)))));
    crash.catch(() => {});
    try {
      await Promise.race([crash, ready(addresses, signal)]);
      return { addresses, crash };
    } catch (error) {
      if (tries === 3 || !String(error).includes("address already in use")) throw error;
      await stop(running.splice(0));
    }
  }
}

async function build(go: string, folder: string, into: string, signal?: AbortSignal): Promise<void> {
  const args = ["build", "-o", `${into}/`, "./cmd/system", "./cmd/load"];
  const env = { ...process.env, GOFLAGS: "-mod=mod -buildvcs=false", GOTOOLCHAIN: "local" };
  await promisify(execFile)(go, args, { cwd: folder, env, signal, maxBuffer: 1 << 26 }).catch((error) => {
    signal?.throwIfAborted();
    const lines = String(error.stderr || error.message)
      .trim()
      .split("\n");
    throw new Error(`${folder}: does not compile: ${lines.slice(0, 4).join("; ")}`, { cause: error });
  });
}

function start(
  name: string,
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  onText: (text: string) => void = () => {},
): Running {
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const started: Running = { child, name, said: "", ended: Promise.resolve() };
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    started.said = (started.said + text).slice(-20_000);
    onText(text);
  });
  started.ended = new Promise((resolve) => {
    child.once("close", () => resolve());
    child.once("error", (error) => {
      started.said += error.message;
      resolve();
    });
  });
  return started;
}

function crashed({ name, child, said }: Running): Error {
  const lines = said.trim().split("\n");
  // What follows a panic is where every goroutine was.
  const panic = lines.findIndex((line) => /^(panic|fatal error):/.test(line));
  const tail = (panic < 0 ? lines.slice(-5) : lines.slice(panic, panic + 1)).join("; ");
  return new Error(
    `${name} ended with ${child.signalCode ?? `exit code ${child.exitCode}`}: ${tail || "it said nothing"}`,
  );
}

/** Asks processes to end, and ends those that have not after 8 s. */
async function stop(running: readonly Running[]): Promise<void> {
  await Promise.all(
    running.map(async ({ child, ended }) => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 8000);
      await ended;
      clearTimeout(timer);
    }),
  );
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function ready(addresses: readonly string[], signal?: AbortSignal): Promise<void> {
  for (const address of addresses) {
    for (let tries = 0; ; tries++) {
      signal?.throwIfAborted();
      const answer = await fetch(`http://${address}/ready`).catch(() => undefined);
      await answer?.text();
      if (answer?.ok) break;
      if (tries === 200) throw new Error(`${address}: no process answers within 20 s`);
      await delay(100);
    }
  }
}

/** Waits until no process has asynchronous calls under way: twice in a row, since one may begin another elsewhere. */
async function drained(addresses: readonly string[]): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    const pending = await Promise.all(
      addresses.map(async (address) => Number(await (await fetch(`http://${address}/pending`)).text())),
    );
    quiet = pending.every((calls) => calls === 0) ? quiet + 1 : 0;
    if (quiet === 0) await delay(20);
  }
}
