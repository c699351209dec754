import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportGo } from "../../../lib/export/go/exportGo.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import { readTopology } from "../../../lib/topology/readTopology.ts";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { exportFolder, goFolder, runGo } from "./goTool.ts";
import { extremeTopologies, hostileTopologies } from "./hostileTopologies.ts";
import { oneModule } from "./oneModule.ts";

const runtime = await readRuntime();
const write = exportFolder();

/** A program that makes every service of every system and draws traces of each entry API. */
function drawAll(count: number): string {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const imports = numbers.map((number) => `\tt${number} "example.com/gen/t${number}/system"\n`);
  const draws = numbers.map(
    (number) => `	{
		methods := map[string]gcm.Method{}
		call := func(ctx context.Context, service, method, causal, body string) (string, string, error) {
			return methods[service+"/"+method](ctx, causal, body)
		}
		for _, name := range t${number}.Services {
			made, err := t${number}.Make(ctx, name, call)
			check(err)
			for name, method := range made {
				methods[name] = method
			}
		}
		load, err := t${number}.Load(ctx, call)
		check(err)
		drawn = 0
		check(load.Sample(ctx, 20))
		fmt.Println(drawn)
	}
`,
  );
  return `package main

import (
	"context"
	"fmt"
	"log"

	"example.com/gen/workflow/gcm"

${imports.join("")})

var drawn int

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	gcm.Dry(func(_, _, _ string, _ float64) { drawn++ })
${draws.join("")}}
`;
}

describe.skipIf(goFolder === undefined)("exportGo under hostile names (skipped where there is no Go)", () => {
  it("builds, vets and draws 30 random systems with every name hostile, a deep and a wide one", () => {
    const topologies = [...fc.sample(hostileTopologies, { numRuns: 30, seed: 20 }), ...extremeTopologies()];
    // Valid, as a reader judges.
    const read = topologies.map((topology) => readTopology(writeTopology(topology)));
    const exports = read.map((topology) => exportGo(topology, runtime));
    const folder = write("all", oneModule(exports));
    write("all", new Map([["draw/main.go", drawAll(exports.length)]]));
    runGo("go", ["vet", "./..."], folder);
    // As they were exported: moved packages sort otherwise among imports.
    const plain = exports.map((files, index) => write(`plain${index}`, files));
    expect(runGo("gofmt", ["-l", ...plain], folder)).toBe("");
    const counts = runGo("go", ["run", "./draw"], folder).trim().split("\n").map(Number);
    expect(counts).toHaveLength(topologies.length);
    for (const count of counts) expect(count).toBeGreaterThanOrEqual(20);
    // Twenty traces of 40 executions, and of one execution and 500 calls.
    expect(counts.slice(-2)).toEqual([20 * 40, 20 * 501]);
    for (const [index, files] of exports.entries()) {
      const names = JSON.parse(files.get("names.json")!) as { apis: { id: string; name: string }[] };
      expect(names.apis.map(({ id, name }) => [id, name])).toEqual(read[index]!.apis.map(({ id, name }) => [id, name]));
    }
  });
});
