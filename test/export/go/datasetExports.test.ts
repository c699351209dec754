import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDuckDBNode } from "../../../lib/engine/duckdbNode.ts";
import { exportGo, type Files } from "../../../lib/export/go/exportGo.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import { fit as fitTraces } from "../../../lib/fit.ts";
import { isTimed } from "../../../lib/topology/isTimed.ts";
import { describeWithDatasets } from "../../traces/sharedDatasets.ts";
import { exportFolder, goFolder, runGo } from "./goTool.ts";
import { oneModule } from "./oneModule.ts";

const write = exportFolder();

/**
 * A file of each of the public data sets that have latencies: of Nezha's days the first, as the others are later minutes,
 * and of TraceWeaver's systems the load 25, as the others are of the same APIs.
 */
function datasets(folder: string): string[] {
  const below = (name: string) => readdirSync(join(folder, name)).sort();
  return [
    ...["alibaba", "jaeger", "zipkin"].flatMap((name) => below(name).map((file) => `${name}/${file}`)),
    ...below("traceweaver").flatMap((file) => (file.includes("-load25.") ? [`traceweaver/${file}`] : [])),
    ...below("nezha").flatMap((day) => (/_data-/.test(day) ? [`nezha/${day}/${below(`nezha/${day}`)[0]}`] : [])),
  ];
}

describeWithDatasets("exportGo of every public data set with latencies", (folder) => {
  it.skipIf(goFolder === undefined)("builds and vets all of them (skipped where there is no Go)", async () => {
    const runtime = await readRuntime();
    const files = datasets(folder);
    expect(files.map((file) => file.split("/")[0])).toEqual(
      expect.arrayContaining(["alibaba", "jaeger", "nezha", "traceweaver", "zipkin"]),
    );
    const exports: Files[] = [];
    const engine = await openDuckDBNode();
    try {
      for (const [number, file] of files.entries()) {
        const topology = await fitTraces({ engine, schema: `d${number}` }, [join(folder, file)], {
          seed: 1,
          holdout: 0,
          nodes: ["context"],
        });
        expect(isTimed(topology), file).toBe(true);
        exports.push(exportGo(topology, runtime));
      }
    } finally {
      await engine.close();
    }
    const module = write("all", oneModule(exports));
    // Vet type-checks and builds all that it needs.
    runGo("go", ["vet", "./..."], module);
    expect(runGo("gofmt", ["-l", ...exports.map((each, number) => write(`plain${number}`, each))], module)).toBe("");
  });
});
