import { describe, expect, it } from "vitest";
import { exportBlueprint } from "../../../lib/export/blueprint/exportBlueprint.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import { hostileTopology } from "../../simulate/hostileTopology.ts";
import { exportFolder, goFolder, runGo } from "../go/goTool.ts";
import { pluginStubs } from "./pluginStubs.ts";

const runtime = await readRuntime();
const write = exportFolder();

/** Hostile names, and every modifier. */
function topology() {
  const hostile = hostileTopology();
  hostile.services[1]!.instantiation = { retries: { max: 2 }, timeout: 1500, clientPool: 4 };
  return hostile;
}

describe("exportBlueprint", () => {
  it.skipIf(goFolder === undefined)("type-checks every specification against the plugins' signatures", () => {
    const folder = write("wired", new Map([...exportBlueprint(topology(), runtime), ...pluginStubs()]));
    // Modules that are only required, and not used, are not there offline.
    write("wired", new Map([["wiring/go.mod", "module example.com/gen/wiring\n\ngo 1.25\n"]]));
    write("wired", new Map([["workflow/go.mod", "module example.com/gen/workflow\n\ngo 1.22\n"]]));
    write("wired", new Map([["workload/go.mod", "module example.com/gen/workload\n\ngo 1.22\n"]]));
    const modules = ["wiring", "workflow", "workload"].map((name) => `example.com/gen/${name}/...`);
    runGo("go", ["vet", ...modules], folder, { GOFLAGS: "" });
    expect(runGo("gofmt", ["-l", "wiring", "workflow", "workload"], folder)).toBe("");
  });

  it("uses no construct that Blueprint's parser refuses without a word", () => {
    const reserved = /\b(ctx|err|vals|resp|response|client|handler|w|r|req|rsp|ret\d|traceCtx|baggage) string\b/;
    for (const [path, text] of exportBlueprint(topology(), runtime)) {
      if (!path.endsWith(".go") || path.startsWith("wiring/")) continue;
      expect(text, path).not.toMatch(/^func (\([^)]*\) )?\w+\[/m);
      expect(path).not.toMatch(/_test\.go$/);
      expect(/^package (\w+)$/m.exec(text)?.[1], path).toBe(path.split("/").at(-2));
      if (!path.startsWith("workflow/api/")) continue;
      expect(text, path).not.toMatch(reserved);
      for (const [, method] of text.matchAll(/^\t(\w+)\(ctx/gm)) {
        expect(method).not.toMatch(/^(Run|Service|Address|Client|ServerAddress|Timeout|CollClient|Health|New.*)$/);
      }
    }
  });

  it("deploys every service over RPC in every specification, so that no calls are direct", () => {
    const specs = [...exportBlueprint(topology(), runtime)].filter(([, text]) =>
      text.includes("cmdbuilder.SpecOption{"),
    );
    expect(specs.length).toBe(5);
    for (const [, text] of specs) expect(text).toMatch(/range services \{\n\t\t(http|grpc)\.Deploy\(spec, service\)/);
  });
});
