import { describe, expect, it } from "vitest";
import { exportBlueprint } from "../../lib/export/blueprint/exportBlueprint.ts";
import { type FidelityLoss, fidelityLossFile } from "../../lib/export/fidelityLoss.ts";
import { exportGo } from "../../lib/export/go/exportGo.ts";
import type { ServiceInstantiation, Topology } from "../../lib/topology/topology.ts";
import { patternsTopology } from "../topology/patternsTopology.ts";

const targets = { go: exportGo, blueprint: exportBlueprint };

/** Every option of a service. */
const asked: Required<ServiceInstantiation> = {
  ...{ rpc: "thrift", process: "p", container: "c", replicas: 3, clientPool: 4, timeout: 1500 },
  retries: { max: 2, delay: 100, limit: 800, perSecond: 7 },
  ...{ healthCheck: true, faults: { latency: 300, delay: 2000, failures: 0.02 } },
  circuitBreaker: { minRequests: 10, failureRate: 0.5, interval: 1e6 },
};

function lossOf(topology: Topology, target: keyof typeof targets): FidelityLoss {
  return JSON.parse(targets[target](topology, new Map()).get(fidelityLossFile)!) as FidelityLoss;
}

describe("fidelityLoss", () => {
  it.each(["go", "blueprint"] as const)("is silent about no option: --to %s writes its code or says so", (target) => {
    const topology = patternsTopology();
    topology.services[1]!.instantiation = { ...asked, fromTheFuture: { x: 1 } } as ServiceInstantiation;
    topology.instantiation = { tracing: "jaeger", deployment: "kubernetes", registry: "r", wiringHook: "Hook" };
    const { losses, counts } = lossOf(topology, target);
    const said = losses.services.find(({ service }) => service === topology.services[1]!.id)!.losses;
    const named = said.map(({ what }) => what);
    const files = exportBlueprint(topology, new Map());
    const wiring = `${files.get("wiring/specs/services.go")}${files.get("wiring/specs/asked.go")}`;
    const wired: Record<string, string> = {
      ...{
        rpc: "thrift.Deploy",
        process: "shared_0_p_proc",
        container: "shared_0_c_ctr",
        replicas: "replication.Replicate",
      },
      ...{ "retries.max": "AddRetries", "retries.delay": '"100us"', "retries.limit": '"800us"' },
      ...{
        timeout: "timeouts.Add",
        clientPool: "clientpool.Create",
        "circuitBreaker.minRequests": "AddCircuitBreaker",
      },
      ...{
        healthCheck: "AddHealthCheckAPI",
        "faults.latency": '"300us"',
        "faults.delay": ", 2)",
        "faults.failures": ", 2)",
      },
      ...{ "circuitBreaker.failureRate": ", 0.5,", "circuitBreaker.interval": '"1000000us"' },
    };
    const options = Object.entries({ ...asked, fromTheFuture: { x: 1 } }).flatMap(([name, value]) =>
      typeof value === "object" ? Object.keys(value).map((leaf) => `${name}.${leaf}`) : [name],
    );
    expect(options).toHaveLength(18);
    for (const option of options) {
      const code = target === "blueprint" ? wired[option] : undefined;
      if (code === undefined) expect(named).toContain(option);
      else expect(wiring).toContain(code);
    }
    const lost =
      target === "go"
        ? ["tracing", "deployment", "registry", "wiringHook", "arrivals"]
        : ["arrivals", "stopping", "stopping", "stopping"];
    expect(losses.system.map(({ what }) => what)).toEqual(lost);
    // The load balancer is a hop more, or there are no replicas.
    expect(counts.replicas).toBe(1);
    for (const code of ["jaeger.Collector(", "kubernetes.NewApplication(", "Hook(spec)"])
      expect(wiring).toContain(code);
  });

  it("names a rate of 0, which no workload keeps to", () => {
    const topology = patternsTopology();
    topology.workload.rate = 0;
    const { losses } = lossOf(topology, "go");
    expect(losses.system.find(({ what }) => what === "rate")).toEqual({
      ...{ what: "rate", asked: 0, instead: "1 call a second, unless a run is given a rate" },
    });
    expect(exportGo(topology, new Map()).get("README.md")).toContain("go run ./cmd/load -rate 1 ");
  });

  it("says nothing of options that are what the target does anyway", () => {
    const topology = patternsTopology();
    topology.services[0]!.instantiation = { rpc: "http", replicas: 1, retries: { max: 0 } };
    topology.instantiation = { tracing: "file", deployment: "processes" };
    const { losses } = lossOf(topology, "go");
    expect(losses.system.map(({ what }) => what)).toEqual(["arrivals"]);
    expect(losses.services.flatMap((each) => each.losses).every(({ what }) => what === "service name")).toBe(true);
  });

  it("tells in figures what each API loses", () => {
    const topology = patternsTopology();
    const api = topology.apis[0]!;
    Object.assign(api, { filler: "random", errors: 0.25, resolution: 1000 });
    const edge = topology.edges.find(({ caller }) => caller === api.id)!;
    const values = Array.from({ length: 101 }, (_, index) => index * 10_000);
    api.gcm.nodes.push(
      {
        id: "response",
        kind: "payload",
        parents: [],
        unit: "bytes",
        edge: edge.id,
        tables: [{ given: {}, n: 1, values }],
      },
      { id: "colour", kind: "colour", parents: [], unit: "label" },
    );
    const { losses, longestBaggage } = lossOf(topology, "go");
    const found = new Map(losses.apis[0]!.losses.map((loss) => [loss.what, loss.asked]));
    expect(losses.apis[0]).toMatchObject({ api: api.id, executions: api.executions });
    expect(found.get("errors")).toEqual({ share: 0.25 });
    expect(found.get("time resolution")).toEqual({ us: 1000 });
    expect(found.get("filler")).toBe("random");
    expect(found.get("node")).toEqual({ id: "colour", kind: "colour" });
    // 512 KiB are 52.4 % of the way up a uniform distribution to 1,000,000 bytes.
    expect(found.get("payload bound")).toEqual({ callee: edge.callee, largest_bytes: 1_000_000, share_above: 0.476 });
    expect(longestBaggage).toBeLessThanOrEqual(256);
  });

  it("names services and APIs that no trace reaches", () => {
    const topology = patternsTopology();
    topology.services.push({ id: "idle", name: "idle" });
    topology.apis.push({ ...topology.apis.at(-1)!, id: "idle x", service: "idle" });
    const { losses, counts } = lossOf(topology, "blueprint");
    expect(counts["left out"]).toBe(2);
    expect(losses.apis.at(-1)).toMatchObject({ api: "idle x", losses: [{ what: "left out" }] });
  });
});
