import type { Api, Service, Topology } from "../topology/topology.ts";
import { either, type Field, list, object, optional, shown, text } from "./fields.ts";
import { matchesGlob } from "./glob.ts";

/** An API's id, a pattern of ids with `*`, or patterns of its service's name and its own. */
export type ApiSelector = string | { service?: string; name?: string };

const one: Field<ApiSelector> = either(
  object(
    { service: optional(text("Pattern of the service's name.")), name: optional(text("Pattern of the API's name.")) },
    "Patterns, with * for any text.",
  ),
  text("Id of an API, or a pattern of ids with * for any text."),
  "An API's id, a pattern of ids, or patterns of its service's name and of its own.",
);

/** Field that chooses APIs. */
export const apisField: Field<ApiSelector | ApiSelector[]> = either(
  list(one, "Several of them."),
  one,
  "Which APIs: an id, a pattern of ids with *, patterns of service and name, or a list of these.",
);

/** The APIs that a selector, or any of several, names, in their order. Throws one line where one of them names none. */
export function selectApis(topology: Topology, selector: ApiSelector | ApiSelector[]): Api[] {
  const names = new Map(topology.services.map(({ id, name }) => [id, name]));
  const chosen = new Set<Api>();
  for (const each of Array.isArray(selector) ? selector : [selector]) {
    const exact = topology.apis.filter(({ id }) => id === each);
    const found = exact.length > 0 ? exact : topology.apis.filter((api) => matches(each, api, names));
    if (found.length === 0) throw new Error(`there is no API ${shown(each)}`);
    for (const api of found) chosen.add(api);
  }
  return topology.apis.filter((api) => chosen.has(api));
}

/** The one API that a selector names. Throws one line where it names none or several. */
export function selectApi(topology: Topology, selector: ApiSelector | ApiSelector[]): Api {
  const found = selectApis(topology, selector);
  if (found.length === 1) return found[0]!;
  const examples = found.slice(0, 3).map(({ id }) => shown(id));
  throw new Error(`${shown(selector)} names ${found.length} APIs (${examples.join(", ")}, …), not one`);
}

/** The services that a name, an id or a pattern of names with `*` chooses. Throws one line where there are none. */
export function selectServices(topology: Topology, pattern: string): Service[] {
  const exact = topology.services.filter(({ id, name }) => id === pattern || name === pattern);
  const found = exact.length > 0 ? exact : topology.services.filter(({ name }) => matchesGlob(pattern, name));
  if (found.length === 0) throw new Error(`there is no service ${shown(pattern)}`);
  return found;
}

function matches(selector: ApiSelector, api: Api, names: ReadonlyMap<string, string>): boolean {
  if (typeof selector === "string") return matchesGlob(selector, api.id);
  const { service = "*", name = "*" } = selector;
  return matchesGlob(service, names.get(api.service) ?? api.service) && matchesGlob(name, api.name);
}
