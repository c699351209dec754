import { type Api, type Context, entryCaller, type Topology } from "../topology/topology.ts";
import { shown } from "./fields.ts";

/** Throws one line for a context in which an API never runs: of a caller, path, chain or label that there is not. */
export function checkGiven(topology: Topology, api: Api, given: Context): void {
  const { apis, chains = [], edges, exogenous, workload } = topology;
  const known = (name: string, value: string): string | undefined => {
    if (name === "caller") {
      if (value !== entryCaller && !apis.some(({ id }) => id === value)) return `there is no API ${shown(value)}`;
      const calls =
        value === entryCaller
          ? workload.mix.some((entry) => entry.api === api.id)
          : edges.some(({ caller, callee }) => caller === value && callee === api.id);
      return calls ? undefined : `${api.id} is never called by ${value}`;
    }
    if (name === "path") {
      const paths = api.pfa.states.flatMap(({ id, path }) => [id, path]);
      return paths.includes(value) ? undefined : `${api.id} has no path ${shown(value)}`;
    }
    if (name === "chain")
      return chains.some(({ id }) => id === value) ? undefined : `there is no chain of callers ${shown(value)}`;
    const node = exogenous.find(({ id }) => id === name);
    if (node === undefined) {
      const names = [
        "caller",
        "path",
        "chain",
        ...exogenous.filter((each) => each.unit === "label").map(({ id }) => id),
      ];
      return `there is no parent ${shown(name)} (there are ${names.join(", ")})`;
    }
    const values = [
      ...(node.classes ?? []).map(({ id }) => id),
      ...(node.levels ?? []).map(({ id }) => id),
      ...(node.values ?? []).flatMap(({ to }) => to.map((each) => each.value)),
    ];
    if (values.length === 0 || values.includes(value)) return undefined;
    return `${name} has no value ${shown(value)} (it has ${[...new Set(values)].slice(0, 6).join(", ")})`;
  };
  for (const [name, value] of Object.entries(given)) {
    const problem = known(name, value);
    if (problem !== undefined) throw new Error(`given: ${name}: ${problem}`);
  }
}
