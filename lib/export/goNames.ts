import type { Api, Topology } from "../topology/topology.ts";
import { sha256Of } from "./sha256Of.ts";

/** Go names of a topology's services and APIs, from their ids. */
export interface GoNames {
  /** `package`: `cartsvc`; `type`: `CartService`; `instance`: `cart_service`. */
  services: Map<string, { package: string; type: string; instance: string }>;
  apis: Map<string, string>;
}

/** Longest name made from one in the traces. */
const longest = 48;

/** Methods that Blueprint's generated code has or takes for its own. */
const deniedMethods = new Set(
  "run address service client serveraddress timeout collclient health init main string error".split(" "),
);

/** Instances that are names of Blueprint's own processes, or of packages. */
const deniedInstances = new Set(["wlgen", "api", "gcm", "all", "main", "spec"]);

/**
 * Names for Go and Blueprint: ASCII letters and digits, never a keyword (types and methods begin with a capital letter,
 * packages end with `svc`, instances with `_service`), never one that Blueprint refuses without a word, unique whatever
 * their case. Ids whose names would be equal get a short hash of theirs, so that no name depends on the others' order.
 */
export function goNames({ services, apis }: Pick<Topology, "services" | "apis">): GoNames {
  const names: GoNames = { services: new Map(), apis: new Map() };
  const bases = services.map(({ id, name }) => ({ id, name, base: serviceBase(name) }));
  for (const [id, base] of uniqueNames(bases, deniedInstances)) {
    const lower = base.toLowerCase();
    names.services.set(id, { package: `${lower}svc`, type: `${base}Service`, instance: `${lower}_service` });
  }
  for (const service of services) {
    const own = apis.filter((api) => api.service === service.id);
    const methods = own.map(({ id, name }) => ({ id, name, base: methodBase(name) }));
    for (const [id, method] of uniqueNames(methods)) names.apis.set(id, method);
  }
  return names;
}

/** Names of an API's states as local functions: `stateS1`. */
export function stateNames({ pfa }: Pick<Api, "pfa">): Map<string, string> {
  return uniqueNames(pfa.states.map(({ id }) => ({ id, name: id, base: `state${camel(wordsOf(id), "Unnamed")}` })));
}

function serviceBase(name: string): string {
  const words = wordsOf(name);
  if (words.length > 1 && words.at(-1)!.toLowerCase() === "service") words.pop();
  const joined = words.join("").replace(/(?<=.)service$/i, "");
  return camel(words.length > 1 ? words : [joined || "unnamed"], "Unnamed");
}

function methodBase(name: string): string {
  const plain = camel(wordsOf(name), "Unnamed");
  const lower = plain.toLowerCase();
  const denied = deniedMethods.has(lower) || lower.startsWith("new") || lower.startsWith("implements");
  return denied ? `Api${plain}` : plain;
}

/**
 * Names by id: the base, where no other id has it and it is not denied; of several only one that is called so already
 * keeps it, and the others end with a hash of their ids.
 */
function uniqueNames(
  items: readonly { id: string; name: string; base: string }[],
  denied: ReadonlySet<string> = new Set(),
): Map<string, string> {
  const groups = new Map<string, { id: string; name: string; base: string }[]>();
  for (const item of items) {
    const key = item.base.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const found = new Map<string, string>(items.map(({ id, base }) => [id, base]));
  const taken = new Set<string>(denied);
  const hashed: (typeof items)[number][] = [];
  for (const [key, group] of groups) {
    const exact = group.filter(({ name, base }) => name === base);
    const keeps = denied.has(key)
      ? undefined
      : group.length === 1
        ? group[0]
        : exact.length === 1
          ? exact[0]
          : undefined;
    if (keeps) taken.add(key);
    hashed.push(...group.filter((item) => item !== keeps));
  }
  for (const { id, base } of hashed) {
    const hash = sha256Of(id);
    let length = 6;
    while (taken.has(`${base}X${hash.slice(0, length)}`.toLowerCase())) length++;
    const name = `${base}X${hash.slice(0, length)}`;
    taken.add(name.toLowerCase());
    found.set(id, name);
  }
  return found;
}

function wordsOf(text: string): string[] {
  return text.match(/[A-Za-z0-9]+/g) ?? [];
}

/** Words as one exported name. */
function camel(words: readonly string[], empty: string): string {
  const joined = words
    .map((word) => {
      const rest = word.length > 1 && word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1);
      return word[0]!.toUpperCase() + rest;
    })
    .join("")
    .slice(0, longest);
  if (joined === "") return empty;
  return /^[A-Z]/.test(joined) ? joined : `N${joined}`;
}
