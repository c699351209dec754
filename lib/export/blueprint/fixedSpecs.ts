import { generatedLine } from "../go/serviceCode.ts";

/** Processes that services share where nothing else is said: Blueprint's compiler takes its time by process. */
const sharedProcesses = 8;

/** A specification that deploys all instances alike. */
export interface FixedSpec {
  name: string;
  description: string;
  rpc: "http" | "grpc";
  /** Processes that the instances are spread over; one each where absent. */
  processes?: number;
  containers?: boolean;
}

export const fixedSpecs: FixedSpec[] = [
  {
    name: "http",
    description: "services share 8 processes and call each other over HTTP",
    rpc: "http",
    processes: sharedProcesses,
  },
  { name: "http_each", description: "a process for each service, over HTTP", rpc: "http" },
  {
    name: "one",
    description: "one process, in which services still call each other over HTTP",
    rpc: "http",
    processes: 1,
  },
  {
    name: "docker",
    description: "a container for each service, over HTTP, with compose",
    rpc: "http",
    containers: true,
  },
  { name: "grpc", description: "a process for each service, over gRPC", rpc: "grpc" },
];

/** The Go file of a specification. */
export function fixedSpecCode({ name, description, rpc, processes, containers = false }: FixedSpec): string {
  const plugins = ["cmdbuilder", "goproc", rpc, ...(containers ? ["dockercompose", "linuxcontainer"] : [])].sort();
  const sharing = `	shared := make([][]string, min(${processes}, len(instances)))
	for number, instance := range instances {
		${rpc}.Deploy(spec, instance)
		shared[number%len(shared)] = append(shared[number%len(shared)], instance)
	}
	for number, members := range shared {
		process := goproc.CreateProcess(spec, fmt.Sprintf("shared%d_proc", number), members...)
		goproc.SetMetricPrintFrequency(spec, process, "1h")
		deployed = append(deployed, process)
	}
`;
  const each = `	for _, instance := range instances {
		${rpc}.Deploy(spec, instance)
		process := goproc.Deploy(spec, instance)
		goproc.SetMetricPrintFrequency(spec, process, "1h")
		deployed = append(deployed, ${containers ? "linuxcontainer.Deploy(spec, instance)" : "process"})
	}
`;
  const compose = `	deployed = []string{dockercompose.NewDeployment(spec, "all", deployed...)}\n`;
  return specFile(
    { name, description },
    plugins,
    `	var deployed []string
${processes === undefined ? each : sharing}${containers ? compose : ""}`,
    processes !== undefined,
  );
}

/**
 * The file of a specification: `body` deploys `instances`, which are declared, and says in `deployed` what it made.
 * @param plugins those that `body` uses, and `cmdbuilder`
 */
export function specFile(
  { name, description }: Pick<FixedSpec, "name" | "description">,
  plugins: readonly string[],
  body: string,
  formats = false,
): string {
  return `${generatedLine}
package specs

import (
${formats ? '\t"fmt"\n\n' : ""}	"github.com/blueprint-uservices/blueprint/blueprint/pkg/wiring"
${plugins.map((plugin) => `\t"github.com/blueprint-uservices/blueprint/plugins/${plugin}"\n`).join("")})

// ${exportedSpec(name)}: ${description}.
var ${exportedSpec(name)} = cmdbuilder.SpecOption{
	Name:        "${name}",
	Description: "${description}",
	Build:       build${exportedSpec(name)},
}

func build${exportedSpec(name)}(spec wiring.WiringSpec) ([]string, error) {
	declare(spec)
${body}	return append(deployed, declareWorkload(spec)), nil
}
`;
}

/** The Go name of a specification: `http_each` is `HttpEach`. */
export function exportedSpec(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
