import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type ApiSamples, samplesKey } from "../../lib/compare/latencySamples.ts";
import type { NamedExecutions } from "../../lib/compare/worstApis.ts";

const script = fileURLToPath(new URL("dowhyGcm.py", import.meta.url));
const packages = ["dowhy==0.14"];

/** A Python with DoWhy in a temporary environment, made from PyPI; `PALETTE_PYTHON` names one that has it already. */
export async function withDowhy<Result>(use: (python: string) => Promise<Result>): Promise<Result> {
  if (process.env.PALETTE_PYTHON) return use(process.env.PALETTE_PYTHON);
  const folder = await mkdtemp(join(tmpdir(), "palette-dowhy-"));
  const run = promisify(execFile);
  try {
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin/pip"), ["install", "--quiet", ...packages]);
    return await use(join(folder, "bin/python"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Latencies of entry APIs drawn from DoWhy's causal models of the traces given: one model for each entry API, whose
 * nodes are how long each API took in a trace in all, the callees being parents of their callers.
 * @param samples how many to draw in all, shared by the entry APIs as they occur
 */
export async function dowhyLatencies(
  python: string,
  { executions, names }: NamedExecutions,
  { samples, seed }: { samples: number; seed: number },
): Promise<{ roots: ApiSamples[]; versions: string }> {
  const models = new Map<number, RootModel>();
  for (let row = 0, model: RootModel | undefined; row < executions.length; row++) {
    const api = executions.api[row]!;
    const caller = executions.parent[row]!;
    if (caller < 0) {
      model = models.get(api) ?? new RootModel();
      models.set(api, model);
      model.begin();
    }
    model!.add(api, caller < 0 ? undefined : executions.api[caller], executions.duration[row]!);
  }
  const roots = [...models];
  const input = {
    seed,
    roots: roots.map(([, model]) => model.asked(Math.round((samples * model.traces) / executions.traces))),
  };
  const { drawn, versions } = JSON.parse(await piped(python, JSON.stringify(input))) as {
    drawn: number[][];
    versions: string;
  };
  const serviceName = new Map(names.services.map(({ id, name }) => [id, name]));
  return {
    versions,
    roots: roots.map(([api], index) => {
      const { service, name } = names.apis[api]!;
      return {
        service: serviceName.get(service) ?? service,
        name,
        durations: Float64Array.from(drawn[index]!).sort(),
      };
    }),
  };
}

/** The traces that enter at one API, as a table. */
class RootModel {
  traces = 0;
  private readonly columns = new Map<number, number[]>();
  private readonly edges = new Map<string, [callee: number, caller: number]>();

  begin(): void {
    this.traces++;
  }

  add(api: number, caller: number | undefined, duration: number): void {
    const column = this.columns.get(api) ?? [];
    this.columns.set(api, column);
    while (column.length < this.traces) column.push(0);
    column[this.traces - 1]! += duration;
    if (caller !== undefined) this.edges.set(samplesKey({ service: `${caller}`, name: `${api}` }), [api, caller]);
  }

  /** Columns in the order in which APIs were first seen; of edges that close a cycle the later ones are left out. */
  asked(samples: number): { columns: number[][]; edges: [number, number][]; samples: number } {
    const place = new Map([...this.columns.keys()].map((api, index) => [api, index]));
    for (const column of this.columns.values()) while (column.length < this.traces) column.push(0);
    const edges: [number, number][] = [];
    const reaches = (from: number, to: number): boolean =>
      from === to || edges.some(([callee, caller]) => callee === from && reaches(caller, to));
    for (const [callee, caller] of this.edges.values()) {
      const [from, to] = [place.get(callee)!, place.get(caller)!];
      if (!reaches(to, from)) edges.push([from, to]);
    }
    return { columns: [...this.columns.values()], edges, samples };
  }
}

function piped(python: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(errors.trim().split("\n").at(-1)))));
    child.stdin.end(input);
  });
}
