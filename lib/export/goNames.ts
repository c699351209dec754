import type { Topology } from "../topology/topology.ts";

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
 * their case. Equal names get numbers, in the topology's order, so equal topologies give equal names.
 */
export function goNames({ services, apis }: Pick<Topology, "services" | "apis">): GoNames {
  const names: GoNames = { services: new Map(), apis: new Map() };
  const taken = new Set<string>(deniedInstances);
  for (const { id, name } of services) {
    const words = wordsOf(name);
    if (words.length > 1 && words.at(-1)!.toLowerCase() === "service") words.pop();
    const joined = words.join("").replace(/(?<=.)service$/i, "");
    const short = words.length > 1 ? words : [joined || "unnamed"];
    const base = unique(camel(short, "Unnamed"), taken, (candidate) => candidate.toLowerCase());
    const lower = base.toLowerCase();
    names.services.set(id, { package: `${lower}svc`, type: `${base}Service`, instance: `${lower}_service` });
  }
  const takenBy = new Map(services.map(({ id }) => [id, new Set<string>()]));
  for (const { id, service, name } of apis) {
    const plain = camel(wordsOf(name), "Unnamed");
    const lower = plain.toLowerCase();
    const denied = deniedMethods.has(lower) || lower.startsWith("new") || lower.startsWith("implements");
    const safe = denied ? `Api${plain}` : plain;
    names.apis.set(
      id,
      unique(safe, takenBy.get(service)!, (candidate) => candidate.toLowerCase()),
    );
  }
  return names;
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

function unique(name: string, taken: Set<string>, key: (name: string) => string): string {
  let found = name;
  for (let number = 2; taken.has(key(found)); number++) found = `${name}X${number}`;
  taken.add(key(found));
  return found;
}
