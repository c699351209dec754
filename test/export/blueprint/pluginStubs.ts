import type { Files } from "../../../lib/export/go/exportGo.ts";

const root = "github.com/blueprint-uservices/blueprint";
const functions: Record<string, string> = {
  workflow:
    "func Service[T any](spec wiring.WiringSpec, serviceName string, serviceArgs ...string) string { return serviceName }",
  workload: "func Generator[T any](spec wiring.WiringSpec, name string, args ...string) string { return name }",
  http: "func Deploy(spec wiring.WiringSpec, serviceName string) {}",
  grpc: "func Deploy(spec wiring.WiringSpec, serviceName string) {}",
  goproc: `func Deploy(spec wiring.WiringSpec, serviceName string) string { return serviceName }
func CreateProcess(spec wiring.WiringSpec, procName string, children ...string) string { return procName }
func SetMetricPrintFrequency(spec wiring.WiringSpec, procName string, frequency string) {}`,
  linuxcontainer: `func Deploy(spec wiring.WiringSpec, serviceName string) string { return serviceName }
func CreateContainer(spec wiring.WiringSpec, containerName string, children ...string) string { return containerName }`,
  kubernetes:
    "func NewApplication(spec wiring.WiringSpec, appName string, registryAddr string, containers ...string) string { return appName }",
  dockercompose: "func NewDeployment(spec wiring.WiringSpec, name string, containers ...string) string { return name }",
  thrift: "func Deploy(spec wiring.WiringSpec, serviceName string) {}",
  retries: `func AddRetries(spec wiring.WiringSpec, serviceName string, maxRetries int64) {}
func AddRetriesWithFixedDelay(spec wiring.WiringSpec, serviceName string, maxRetries int64, delay string) {}
func AddRetriesWithExponentialBackoff(spec wiring.WiringSpec, serviceName, start, limit string, useJitter bool) {}
func AddRetriesRetryRateLimit(spec wiring.WiringSpec, serviceName string, maxRetries int64, rateLimit int64) {}`,
  healthchecker: "func AddHealthCheckAPI(spec wiring.WiringSpec, serviceName string) {}",
  latency: "func AddFixed(spec wiring.WiringSpec, serviceName string, latency string) {}",
  faultinjector: `func AddRandomDelay(spec wiring.WiringSpec, serviceName string, maxDelay int64) {}
func AddProbabilisticFailures(spec wiring.WiringSpec, serviceName string, probability int) {}`,
  circuitbreaker:
    "func AddCircuitBreaker(spec wiring.WiringSpec, serviceName string, minReqs int64, failureRate float64, interval string) {}",
  replication:
    "func Replicate[T any](spec wiring.WiringSpec, serviceName string, n int, serviceArgs ...string) ([]string, string) { return nil, serviceName }",
  opentelemetry: "func Instrument(spec wiring.WiringSpec, serviceName string, collectorName string) {}",
  jaeger: "func Collector(spec wiring.WiringSpec, collectorName string) string { return collectorName }",
  zipkin: "func Collector(spec wiring.WiringSpec, collectorName string) string { return collectorName }",
  timeouts: "func Add(spec wiring.WiringSpec, serviceName string, timeout string) {}",
  clientpool: "func Create(spec wiring.WiringSpec, serviceName string, n int) {}",
  cmdbuilder: `type SpecOption struct {
	Name, Description string
	Build func(spec wiring.WiringSpec) ([]string, error)
}
func MakeAndExecute(name string, specs ...SpecOption) {}`,
};

/** Modules with the signatures of Blueprint's plugins that the wiring uses, and a workspace that puts them in its place. */
export function pluginStubs(): Files {
  const files: Files = new Map([
    ["stubs/blueprint/go.mod", `module ${root}/blueprint\n\ngo 1.22\n`],
    ["stubs/blueprint/pkg/wiring/wiring.go", "package wiring\n\ntype WiringSpec interface{ String() string }\n"],
    ["stubs/plugins/go.mod", `module ${root}/plugins\n\ngo 1.22\n`],
  ]);
  for (const [name, code] of Object.entries(functions)) {
    files.set(
      `stubs/plugins/${name}/wiring.go`,
      `package ${name}\n\nimport "${root}/blueprint/pkg/wiring"\n\nvar _ wiring.WiringSpec\n\n${code}\n`,
    );
  }
  files.set(
    "go.work",
    "go 1.25\n\nuse (\n\t./wiring\n\t./workflow\n\t./workload\n\t./stubs/blueprint\n\t./stubs/plugins\n)\n",
  );
  return files;
}
