import type { Service, Topology } from "../../topology/topology.ts";
import { fidelityLossFile, lossText } from "../fidelityLoss.ts";
import { codeContext, type Files, type RuntimeFiles, workflowFiles } from "../go/exportGo.ts";
import { entryServices } from "../go/mainCode.ts";
import { type CodeContext, dependencies, generatedLine, reachedApis } from "../go/serviceCode.ts";
import { shownInGo } from "../goText.ts";

/** The commit that the wiring was written for, as a version of all three of Blueprint's modules. */
const blueprintVersion = "v0.0.0-20260810164039-83c6feca6c74";

/** Processes that services share where they do not say otherwise: Blueprint's compiler takes its time by process. */
const sharedProcesses = 8;

interface Spec {
  name: string;
  description: string;
  rpc: "http" | "grpc";
  /** Instances of the services by process; one each where absent. */
  processes?: number;
  containers?: boolean;
}

const specs: Spec[] = [
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

/**
 * A timed topology as a Blueprint application: the modules `workflow` and `workload` of `exportGo`, and a module
 * `wiring` with one specification a file. Every service is deployed over RPC in every specification, so that no cycle of
 * direct calls exists, which Blueprint's compiler would not survive. Retries, timeouts and client pools of services'
 * instantiations are wired; throws as `exportGo` does.
 * @param runtime the files of `lib/export/go/runtime`
 */
export function exportBlueprint(topology: Topology, runtime: RuntimeFiles): Files {
  const context = codeContext(topology);
  const files = workflowFiles(context, runtime);
  // Modules that Blueprint's own runtime needs and does not name: without them it fails to compile without a word.
  const pins = ["github.com/gorilla/mux v1.8.1", "github.com/pkg/errors v0.9.1"];
  files.set(
    "workflow/go.mod",
    `module example.com/gen/workflow\n\ngo 1.22\n\nrequire (\n${pins.map((pin) => `\t${pin} // indirect\n`).join("")})\n`,
  );
  files.set("wiring/go.mod", wiringModule());
  files.set("wiring/main.go", mainCode());
  files.set("wiring/specs/services.go", servicesCode(context));
  for (const spec of specs) files.set(`wiring/specs/${spec.name}.go`, specCode(spec));
  files.set(fidelityLossFile, lossText(context, "blueprint"));
  files.set("README.md", readme());
  return files;
}

function wiringModule(): string {
  const modules = ["blueprint", "plugins", "runtime"].map(
    (name) => `\tgithub.com/blueprint-uservices/blueprint/${name} ${blueprintVersion}\n`,
  );
  return `module example.com/gen/wiring

go 1.25

require (
	example.com/gen/workflow v0.0.0
	example.com/gen/workload v0.0.0
${modules.join("")}	golang.org/x/tools v0.34.0
)

replace example.com/gen/workflow => ../workflow

replace example.com/gen/workload => ../workload
`;
}

function mainCode(): string {
  return `${generatedLine}
// Command wiring compiles the application with Blueprint, by one of the specifications.
package main

import (
	"example.com/gen/wiring/specs"
	"github.com/blueprint-uservices/blueprint/plugins/cmdbuilder"
)

func main() {
	cmdbuilder.MakeAndExecute("Generated", ${specs.map(({ name }) => `specs.${exported(name)}`).join(", ")})
}
`;
}

/** Declares services and their modifiers, the first applied outermost, and the workload. */
function servicesCode(context: CodeContext): string {
  const { topology, names } = context;
  const reached = topology.services.filter(({ id }) => reachedApis(context, id).length > 0);
  const instance = ({ id }: Service) => `"${names.services.get(id)!.instance}"`;
  const declared = reached.map((service) => {
    const deps = dependencies(context, service.id).map((dep) => `, ${instance(dep)}`);
    const { type, instance: name } = names.services.get(service.id)!;
    const { retries, timeout, clientPool } = service.instantiation ?? {};
    const modifiers: string[] = [];
    if (retries) modifiers.push(`\tretries.AddRetries(spec, "${name}", ${retries.max})\n`);
    if (timeout) modifiers.push(`\ttimeouts.Add(spec, "${name}", "${Math.max(1, Math.round(timeout))}us")\n`);
    if (clientPool) modifiers.push(`\tclientpool.Create(spec, "${name}", ${clientPool})\n`);
    return `	// The service ${shownInGo(service.name)}.
	workflow.Service[api.${type}](spec, "${name}"${deps.join("")})
${modifiers.join("")}`;
  });
  const all = declared.join("");
  const plugins = ["clientpool", "retries", "timeouts", "workflow", "workload"].filter(
    (name) => name === "workload" || all.includes(`\t${name}.`),
  );
  const entries = entryServices(context).map((service) => `, ${instance(service)}`);
  return `${generatedLine}
// Package specs holds the application's specifications.
package specs

import (
	"example.com/gen/workflow/api"
	"example.com/gen/workload/wlgen"
	"github.com/blueprint-uservices/blueprint/blueprint/pkg/wiring"
${plugins.map((name) => `\t"github.com/blueprint-uservices/blueprint/plugins/${name}"\n`).join("")})

// services are the instances of all services.
var services = []string{
${reached.map((service) => `\t${instance(service)},\n`).join("")}}

// declare declares all services, with what their callers are wrapped in.
func declare(spec wiring.WiringSpec) {
${all}}

// declareWorkload declares the workload's generator.
func declareWorkload(spec wiring.WiringSpec) string {
	return workload.Generator[wlgen.Load](spec, "wlgen"${entries.join("")})
}
`;
}

function specCode({ name, description, rpc, processes, containers = false }: Spec): string {
  const plugins = ["cmdbuilder", "goproc", rpc, ...(containers ? ["dockercompose", "linuxcontainer"] : [])].sort();
  const sharing = `	shared := make([][]string, min(${processes}, len(services)))
	for number, service := range services {
		${rpc}.Deploy(spec, service)
		shared[number%len(shared)] = append(shared[number%len(shared)], service)
	}
	for number, members := range shared {
		process := goproc.CreateProcess(spec, fmt.Sprintf("shared%d_proc", number), members...)
		goproc.SetMetricPrintFrequency(spec, process, "1h")
		deployed = append(deployed, process)
	}
`;
  const each = `	for _, service := range services {
		${rpc}.Deploy(spec, service)
		process := goproc.Deploy(spec, service)
		goproc.SetMetricPrintFrequency(spec, process, "1h")
		deployed = append(deployed, ${containers ? "linuxcontainer.Deploy(spec, service)" : "process"})
	}
`;
  const compose = `	deployed = []string{dockercompose.NewDeployment(spec, "all", deployed...)}\n`;
  return `${generatedLine}
package specs

import (
${processes === undefined ? "" : '\t"fmt"\n\n'}	"github.com/blueprint-uservices/blueprint/blueprint/pkg/wiring"
${plugins.map((plugin) => `\t"github.com/blueprint-uservices/blueprint/plugins/${plugin}"\n`).join("")})

// ${exported(name)}: ${description}.
var ${exported(name)} = cmdbuilder.SpecOption{
	Name:        "${name}",
	Description: "${description}",
	Build:       build${exported(name)},
}

func build${exported(name)}(spec wiring.WiringSpec) ([]string, error) {
	declare(spec)
	var deployed []string
${processes === undefined ? each : sharing}${containers ? compose : ""}	return append(deployed, declareWorkload(spec)), nil
}
`;
}

function exported(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

function readme(): string {
  return `# A generated Blueprint application

Needs Go 1.25 or newer and the Go module proxy. The specifications are ${specs.map(({ name }) => `\`${name}\``).join(", ")}.

\`\`\`sh
cd wiring && go run -mod=mod . -w http -o ../build      # ../build must not exist
\`\`\`

Blueprint says "Successfully generated" whether or not processes compile: run \`go build .\` in each folder of
\`build/linux\` afterwards. \`build/.local.env\` binds 0.0.0.0: put 127.0.0.1 there where others can reach this machine.
gRPC needs \`protoc\` and its Go plugins, and \`GOWORK=off\`.

\`\`\`sh
cd build && set -a && . ./.local.env && PALETTE_SPANS=/tmp && cd linux && ./run.sh
\`\`\`

\`names.json\` says which service and API of the topology is which package and method, and
\`${fidelityLossFile}\` what of the topology this application does not do.
`;
}
