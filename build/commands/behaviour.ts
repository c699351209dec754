import { behaviourOf } from "../../lib/interventions/behaviourOf.ts";
import { writeInterventions } from "../../lib/interventions/writeInterventions.ts";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usageError.ts";
import { readTopologyFile } from "./readTopologyFile.ts";
import { printable } from "./text/printable.ts";
import { checkNotRead, checkTarget, writeFileWhole } from "./writeFileWhole.ts";

/** A topology and a service to an intervention that makes the service behave so in another topology. */
export const behaviour = defineCommand({
  name: "behaviour",
  summary: "take a service's behaviour out of a topology, as an intervention on another",
  usage: "behaviour window.json --service name -o interventions.json   (best fitted with --nodes context)",
  positionals: { min: 1, max: 1 },
  options: {
    service: { type: "string", value: "name", help: "name of the service, or a pattern of names" },
    output: { type: "string", short: "o", value: "file", help: "where the intervention goes" },
  },
  async run({ values: { service, output }, positionals: [path], print }) {
    if (service === undefined) throw new UsageError("--service is missing: whose behaviour to take");
    if (output === undefined) throw new UsageError("-o is missing: the file to write");
    await checkTarget(output);
    const topology = await readTopologyFile(path!);
    await checkNotRead(output, [path!]);
    let taken: ReturnType<typeof behaviourOf>;
    try {
      taken = behaviourOf(topology, service);
    } catch (error) {
      throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
    }
    const interventions = [{ type: "replaceBehaviour", service, behaviour: taken }];
    await writeFileWhole(output, writeInterventions(interventions));
    const apis = taken.apis.map(({ id, executions }) => `  ${id}: ${executions} executions`);
    print(
      { output, service, apis: taken.apis.map(({ id }) => id), calls: taken.calls.length },
      [`${output}: replaceBehaviour of ${service}, ${taken.apis.length} APIs, ${taken.calls.length} calls`, ...apis]
        .map(printable)
        .join("\n"),
    );
    return 0;
  },
});
