import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportBlueprint } from "../../lib/export/blueprint/exportBlueprint.ts";
import { calibrationTopology } from "../../lib/export/go/calibrationTopology.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

/** Two services of one API each, the second in two replicas. */
function wired() {
  const topology = calibrationTopology();
  topology.services[1]!.instantiation = { replicas: 2, retries: { max: 2, delay: 1000 }, timeout: 50_000 };
  topology.instantiation = { tracing: "jaeger", deployment: "compose", wiringHook: "Mine" };
  return topology;
}

const golden = join(import.meta.dirname, "golden");

/** Generated code as it is reviewed; `npx vitest run test/export/golden.test.ts -u` writes it anew. */
describe("an export reads as it was reviewed", () => {
  it.each([
    ["patterns-go", exportGo(patternsTopology(), new Map())],
    ["wired-blueprint", exportBlueprint(wired(), new Map())],
  ])("%s", async (name, files) => {
    for (const [path, text] of files) await expect(text).toMatchFileSnapshot(join(golden, name, path));
    const entries = readdirSync(join(golden, name), { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(found.sort()).toEqual([...files.keys()].map((path) => join(golden, name, path)).sort());
  });
});
