import { createWriteStream } from "node:fs";
import { availableParallelism } from "node:os";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { type Applied, applyInterventions } from "../../lib/interventions/applyInterventions.ts";
import type { Model } from "../../lib/simulate/compile.ts";
import { entryRate } from "../../lib/simulate/entryRate.ts";
import type { Executions } from "../../lib/simulate/executions.ts";
import type { PieceFormat } from "../../lib/simulate/simulatedPiece.ts";
import { simulateInThreads } from "../../lib/simulate/simulateInThreads.ts";
import { writeAlibaba } from "../../lib/simulate/writeAlibaba.ts";
import { writeParquet } from "../../lib/simulate/writeParquet.ts";
import { isTimed } from "../../lib/topology/isTimed.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { defineCommand } from "../command.ts";
import { threadSource } from "../threadSource.ts";
import { UsageError } from "../usageError.ts";
import { withTemporaryFolder } from "../withTemporaryFolder.ts";
import { numberOption } from "./numberOption.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { checkTarget, writeWhole } from "./writeFileWhole.ts";

/** What DuckDB may take to write Parquet: more would only keep what was written already. */
const writingMemory = "600MB";

/** Traces from which threads are worth their start. */
const worthThreads = 200_000;

const formats = [".jsonl", ".csv", ".parquet"];

/** topology.json to generated traces. */
export const simulate = defineCommand({
  name: "simulate",
  summary: "generate traces from a topology",
  usage: "simulate topology.json -n 20000 -o traces.jsonl|.csv|.parquet [options]",
  positionals: { min: 1, max: 1 },
  options: {
    traces: { type: "string", short: "n", value: "number", help: "traces to generate (default 20000)" },
    model: { type: "string", value: "gcm|simple", help: "the causal model (default) or simple statistics" },
    load: {
      type: "string",
      value: "number",
      help: "load to simulate, of a topology with a node for load (default: as recorded)",
    },
    seed: { type: "string", value: "number", help: "equal seeds give equal traces (default 1)" },
    threads: {
      type: "string",
      value: "number",
      help: "worker threads (default: one a core from 200,000 traces on); the output is the same",
    },
    output: {
      type: "string",
      short: "o",
      value: "file",
      help: ".jsonl is OTLP JSON lines, .csv Alibaba's 2021 CSV, .parquet the span table",
    },
  },
  async run({ values, positionals: [path], progress, print, signal }) {
    const { output, model = "gcm" } = values;
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    const format = formats.find((ending) => output.endsWith(ending));
    if (format === undefined)
      throw new UsageError(`-o ${JSON.stringify(output)} does not end with ${formats.join(", ")}`);
    if (model !== "gcm" && model !== "simple")
      throw new UsageError(`--model ${JSON.stringify(model)} is not gcm or simple`);
    const traces = numberOption("traces", values.traces, 20_000, { whole: true, least: 1 });
    const seed = numberOption("seed", values.seed, 1, { whole: true });
    const load = values.load === undefined ? undefined : numberOption("load", values.load, 1, { least: 0 });
    if (load === 0) throw new UsageError("--load 0 is not above 0");
    await checkTarget(output);
    const { topology, repairs } = atLoad(await readTopologyFile(path), load, path);
    if (!isTimed(topology)) throw new Error(`${path}: structure alone, without latencies that could be simulated`);
    const threads = chosenThreads(values.threads, traces);

    const written = { spans: 0, traces: 0 };
    async function* pieces<Content>(as: PieceFormat): AsyncGenerator<Content> {
      const options = { traces, seed, threads, source: threadSource, format: as };
      for await (const piece of simulateInThreads(topology, model as Model, options)) {
        signal.throwIfAborted();
        written.spans += piece.executions;
        written.traces += piece.traces;
        progress(`simulating: ${written.traces} of ${traces} traces`);
        yield piece.content as Content;
      }
    }
    async function* text(): AsyncGenerator<Uint8Array | string> {
      if (format === ".csv") yield* writeAlibaba(topology, [], { seed });
      yield* pieces<Uint8Array>(format === ".csv" ? "alibaba" : "otlp");
    }
    const write = async (beside: string) => {
      if (format === ".parquet") return toParquet(topology, pieces<Executions>("executions"), beside, seed);
      await pipeline(Readable.from(text()), createWriteStream(beside));
    };
    await writeWhole(output, write, signal);
    const { note } = entryRate(topology);
    const said = [...repairs.map(({ text }) => text), ...(note === undefined ? [] : [note])];
    const lost = format === ".csv" && topology.resolution < 1000 ? "; times are whole ms, as in Alibaba's own" : "";
    print(
      {
        output,
        model,
        seed,
        ...(load === undefined ? {} : { load }),
        ...(said.length > 0 || load !== undefined ? { notes: said } : {}),
        ...written,
      },
      [`${output}: ${written.traces} traces, ${written.spans} executions${lost}`, ...said].join("\n"),
    );
    return 0;
  },
});

/** The topology at a load, and what was said of it; as it is where none is given. */
function atLoad(topology: Topology, load: number | undefined, path: string): Applied {
  if (load === undefined) return { topology, repairs: [] };
  try {
    return applyInterventions(topology, [{ type: "setLoad", load }]);
  } catch (error) {
    throw new Error(`${path}: --load: ${(error as Error).message.replace(/^interventions\[0\]: setLoad: /, "")}`);
  }
}

/** What is asked for; else one for each core, where there are traces enough to be worth their start. */
function chosenThreads(given: string | undefined, traces: number): number {
  const threads = numberOption("threads", given, 0, { whole: true, least: 0 });
  if (given !== undefined) return threads;
  return traces < worthThreads ? 1 : availableParallelism();
}

async function toParquet(topology: Topology, batches: AsyncIterable<Executions>, path: string, seed: number) {
  await withTemporaryFolder(async (tempDirectory) => {
    const engine = await openDuckDBNode({ memoryLimit: writingMemory, tempDirectory });
    try {
      await writeParquet(engine, topology, batches, path, { seed });
    } finally {
      await engine.close();
    }
  });
}
