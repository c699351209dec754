import type { Topology } from "../../topology/topology.ts";
import { fidelityLossFile, lossText } from "../fidelityLoss.ts";
import { codeContext, type Files, type RuntimeFiles, workflowFiles } from "../go/exportGo.ts";
import { generatedLine } from "../go/serviceCode.ts";
import { askedSpec, askedSpecCode } from "./askedSpec.ts";
import { declareCode, hookCode } from "./declareCode.ts";
import { exportedSpec, fixedSpecCode, fixedSpecs } from "./fixedSpecs.ts";
import { wiredServices } from "./wiredServices.ts";

/** The commit that the wiring was written for, as a version of all three of Blueprint's modules. */
const blueprintVersion = "v0.0.0-20260810164039-83c6feca6c74";

/** Path of the file of a person's own wiring: a later export into the same folder leaves it alone. */
export const hookFile = "wiring/specs/hook.go";

const specs = [...fixedSpecs, askedSpec];

/**
 * A timed topology as a Blueprint application: the modules `workflow` and `workload` of `exportGo`, and a module
 * `wiring` with one specification a file. Every service is deployed over RPC in every specification, so that no cycle of
 * direct calls exists, which Blueprint's compiler would not survive. The topology's instantiation is wired: what calls are
 * wrapped in, replicas, tracing and wiring of one's own in all of them; RPC, processes, containers and deployment in the
 * specification `asked`, as the others deploy all services alike. Throws as `exportGo` does, and where services share a
 * process and not a container.
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
  const wired = wiredServices(context);
  const instantiation = topology.instantiation ?? {};
  files.set("wiring/specs/services.go", declareCode(context, wired));
  for (const spec of fixedSpecs) files.set(`wiring/specs/${spec.name}.go`, fixedSpecCode(spec));
  files.set(`wiring/specs/${askedSpec.name}.go`, askedSpecCode(wired, instantiation));
  if (instantiation.wiringHook !== undefined) files.set(hookFile, hookCode(instantiation.wiringHook));
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
	cmdbuilder.MakeAndExecute("Generated", ${specs.map(({ name }) => `specs.${exportedSpec(name)}`).join(", ")})
}
`;
}

function readme(): string {
  return `# A generated Blueprint application

Needs Go 1.25 or newer and the Go module proxy. The specifications are ${specs.map(({ name }) => `\`${name}\``).join(", ")};
\`${askedSpec.name}\` follows the topology's instantiation in RPC, processes, containers and deployment.

\`\`\`sh
cd wiring && go run -mod=mod . -w http -o ../build      # ../build must not exist
\`\`\`

Blueprint says "Successfully generated" whether or not processes compile: run \`go build .\` in each folder of
\`build/linux\` afterwards. \`build/.local.env\` binds 0.0.0.0: put 127.0.0.1 there where others can reach this machine.
gRPC needs \`protoc\` and its Go plugins, and \`GOWORK=off\`.

\`\`\`sh
cd build && set -a && . ./.local.env && PALETTE_SPANS=/tmp && cd linux && ./run.sh
\`\`\`

An interrupt, or SIGTERM to each process, ends them once what is under way has ended; end the workload first.

\`names.json\` says which service and API of the topology is which package and method, and
\`${fidelityLossFile}\` what of the topology this application does not do.
`;
}
