import { describe, expect, it } from "vitest";
import { exportBlueprint } from "../../../lib/export/blueprint/exportBlueprint.ts";
import { readRuntime } from "../../../lib/export/go/readRuntime.ts";
import type { Instantiation, ServiceInstantiation } from "../../../lib/topology/topology.ts";
import { hostileTopology } from "../../simulate/hostileTopology.ts";
import { exportFolder, goFolder, runGo } from "../go/goTool.ts";
import { pluginStubs } from "./pluginStubs.ts";

const runtime = await readRuntime();
const write = exportFolder();

const evil = '"); panic("';

const tuned: { service: ServiceInstantiation[]; system: Instantiation }[] = [
  {
    service: [
      { process: evil, container: "front\n", replicas: 3, retries: { max: 2 }, timeout: 1500, clientPool: 4 },
      {
        ...{ process: evil, container: "front\n", retries: { max: 2, delay: 100 } },
        circuitBreaker: { minRequests: 10, failureRate: 0.5, interval: 1e6 },
      },
    ],
    system: { tracing: "jaeger", deployment: "compose", wiringHook: "spec" },
  },
  {
    service: [
      {
        ...{ rpc: "thrift", replicas: 2, healthCheck: true, retries: { max: 1, perSecond: 50 } },
        faults: { latency: 200, delay: 2500, failures: 0.004 },
      },
      { rpc: "grpc", retries: { max: 2, delay: 100, limit: 800 } },
    ],
    system: { tracing: "zipkin", deployment: "kubernetes", registry: '"`\n', wiringHook: "type" },
  },
];

/** Hostile names, and every option that is wired. */
function topology(index = 0) {
  const hostile = hostileTopology();
  for (const [number, service] of hostile.services.entries()) {
    const found = tuned[index]!.service[number];
    if (found) service.instantiation = found;
  }
  hostile.instantiation = tuned[index]!.system;
  return hostile;
}

describe("exportBlueprint", () => {
  it.skipIf(goFolder === undefined).each([0, 1])(
    "type-checks every specification against the plugins' signatures: options %d",
    (index) => {
      const name = `wired${index}`;
      const folder = write(name, new Map([...exportBlueprint(topology(index), runtime), ...pluginStubs()]));
      // Modules that are only required, and not used, are not there offline.
      write(name, new Map([["wiring/go.mod", "module example.com/gen/wiring\n\ngo 1.25\n"]]));
      write(name, new Map([["workflow/go.mod", "module example.com/gen/workflow\n\ngo 1.22\n"]]));
      write(name, new Map([["workload/go.mod", "module example.com/gen/workload\n\ngo 1.22\n"]]));
      const modules = ["wiring", "workflow", "workload"].map((module) => `example.com/gen/${module}/...`);
      runGo("go", ["vet", ...modules], folder, { GOFLAGS: "" });
      expect(runGo("gofmt", ["-l", "wiring", "workflow", "workload"], folder)).toBe("");
    },
  );

  it("refuses a process that its services put into different containers", () => {
    const torn = topology();
    torn.services[1]!.instantiation = { process: evil, container: "other" };
    expect(() => exportBlueprint(torn, runtime)).toThrow(
      /^export: service .* shares the process .*panic.* and names the container "other"; others of it name "front\\n"$/,
    );
  });

  it("calls replicas by their load balancer, and deploys all of them", () => {
    const files = exportBlueprint(topology(), runtime);
    const services = files.get("wiring/specs/services.go")!;
    const [, instance] = /replication\.Replicate\[api\.\w+\]\(spec, "(\w+)", 3/.exec(services)!;
    for (const name of [`${instance}_0`, `${instance}_2`, `${instance}_lb`]) {
      expect(services).toContain(`\t"${name}",\n`);
      expect(files.get("wiring/specs/asked.go")).toContain(`http.Deploy(spec, "${name}")`);
    }
    expect(services).not.toContain(`"${instance}_lb", "${instance}"`);
    expect(services).toMatch(new RegExp(`AddRetries\\(spec, "${instance}_lb", 2\\)`));
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
    const files = exportBlueprint(topology(), runtime);
    const specs = [...files].filter(([, text]) => text.includes("cmdbuilder.SpecOption{"));
    expect(specs.length).toBe(6);
    const instances = [...files.get("wiring/specs/services.go")!.matchAll(/^\t"(\w+)",$/gm)].map(([, name]) => name);
    for (const [path, text] of specs) {
      if (path !== "wiring/specs/asked.go") {
        expect(text).toMatch(/range instances \{\n\t\t(http|grpc)\.Deploy\(spec, instance\)/);
        continue;
      }
      const deployed = [...text.matchAll(/^\t(?:http|grpc|thrift)\.Deploy\(spec, "(\w+)"\)$/gm)].map(
        ([, name]) => name,
      );
      expect(deployed).toEqual(instances);
    }
  });
});
