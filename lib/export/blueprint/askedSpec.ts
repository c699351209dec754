import type { Instantiation, Service, ServiceInstantiation } from "../../topology/topology.ts";
import { goString } from "../goText.ts";
import { specFile } from "./fixedSpecs.ts";
import { instancesOf, type WiredService } from "./wiredServices.ts";

/** The name of the specification that follows the topology's instantiation. */
export const askedSpec = {
  name: "asked",
  description: "RPC, processes, containers and deployment as the topology's instantiation asks for them",
};

/**
 * The Go file of the specification `asked`: each service over its own RPC, in the process and the container that it
 * names or in ones of its own.
 * @throws one line where services share a process and name different containers
 */
export function askedSpecCode(
  wired: readonly WiredService[],
  { deployment = "processes", registry = "localhost:5000" }: Instantiation,
): string {
  const plugins = new Set(["cmdbuilder", "goproc"]);
  const processes = new Map<string, { members: string[]; container: string | undefined }>();
  const rpcs: string[] = [];
  for (const each of wired) {
    const { rpc = "http", process, container } = each.service.instantiation ?? {};
    plugins.add(rpc);
    for (const instance of instancesOf(each)) {
      rpcs.push(`\t${rpc}.Deploy(spec, ${goString(instance)})\n`);
      const name = process === undefined ? instance.replace(/_service$/, "") : sharedName(process, "process", wired);
      const known = processes.get(name);
      if (known === undefined) processes.set(name, { members: [instance], container });
      else {
        if (known.container !== container) refuse(each.service, process!, known.container, container);
        known.members.push(instance);
      }
    }
  }
  const containers = new Map<string, string[]>();
  const created = [...processes].map(([name, { members, container }]) => {
    const process = `${name}_proc`;
    const home = container === undefined ? `${name}_ctr` : `${sharedName(container, "container", wired)}_ctr`;
    containers.set(home, [...(containers.get(home) ?? []), process]);
    const args = members.map((member) => `, ${goString(member)}`).join("");
    return `	goproc.CreateProcess(spec, "${process}"${args})
	goproc.SetMetricPrintFrequency(spec, "${process}", "1h")
`;
  });
  const all = [...processes.keys()].map((name) => `\t\t"${name}_proc",\n`);
  let deployed = `	deployed := []string{\n${all.join("")}	}\n`;
  if (deployment !== "processes") {
    plugins.add("linuxcontainer").add(deployment === "compose" ? "dockercompose" : "kubernetes");
    const homes = [...containers].map(
      ([home, members]) =>
        `\tlinuxcontainer.CreateContainer(spec, "${home}"${members.map((member) => `, "${member}"`).join("")})\n`,
    );
    const list = [...containers.keys()].map((home) => `\t\t"${home}",\n`).join("");
    const made =
      deployment === "compose"
        ? `dockercompose.NewDeployment(spec, "all", containers...)`
        : `kubernetes.NewApplication(spec, "all", ${goString(registry)}, containers...)`;
    deployed = `${homes.join("")}	containers := []string{\n${list}	}\n	deployed := []string{${made}}\n`;
  }
  return specFile(askedSpec, [...plugins].sort(), rpcs.join("") + created.join("") + deployed);
}

/** A process or container that services name, by the order in which the names first occur: any text may name one. */
function sharedName(name: string, kind: "process" | "container", wired: readonly WiredService[]): string {
  const names = new Set(wired.flatMap(({ service }) => service.instantiation?.[kind] ?? []));
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return ["shared", String([...names].indexOf(name)), ...words].join("_").slice(0, 60).replace(/_$/, "");
}

function refuse(
  { id }: Service,
  process: string,
  first: ServiceInstantiation["container"],
  second: ServiceInstantiation["container"],
): never {
  const shown = (name: string | undefined) => (name === undefined ? "none" : JSON.stringify(name));
  throw new Error(
    `export: service ${JSON.stringify(id)} shares the process ${JSON.stringify(process)} and names the container ${shown(second)}; others of it name ${shown(first)}`,
  );
}
