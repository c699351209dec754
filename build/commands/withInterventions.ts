import { checkWrittenFor } from "../../lib/interventions/checkWrittenFor.ts";
import type { Intervention } from "../../lib/interventions/operation.ts";
import { readInterventions } from "../../lib/interventions/readInterventions.ts";
import type { Topology } from "../../lib/topology/topology.ts";
import { UsageError } from "../usageError.ts";
import { readTextFile } from "./readTopologyFile.ts";

/**
 * Hands the interventions of a file, which must be written for the topology, to `use`. Throws one line that names the
 * file, also of what `use` throws, unless that is of the command line.
 */
export async function withInterventions<Result>(
  path: string,
  topology: Topology,
  use: (interventions: Intervention[]) => Result,
): Promise<Result> {
  const source = await readTextFile(path);
  try {
    const file = readInterventions(source);
    checkWrittenFor(topology, file);
    return use(file.interventions);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
