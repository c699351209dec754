import { trinoAddress } from "./trinoAddress.ts";
import { type Credentials, TrinoClient } from "./trinoClient.ts";
import { TrinoTables } from "./trinoTables.ts";

/** Intermediate tables that were kept under a name (`?tables=name`). */
export interface KeptTables {
  name: string;
  tables: number;
}

/** What is kept in the schema of an address. Throws an Error of one line where the cluster refuses. */
export async function keptTables(address: string, credentials?: Credentials): Promise<KeptTables[]> {
  const kept = await tablesAt(address, credentials).kept();
  return [...kept].map(([name, tables]) => ({ name, tables })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Drops the tables that were kept under a name; returns how many there were. Throws an Error of one line where none were. */
export async function dropKept(address: string, name: string, credentials?: Credentials): Promise<number> {
  const kept = await tablesAt(address, credentials).kept();
  const count = kept.get(name);
  if (count === undefined)
    throw new Error(
      `no tables are kept as ${JSON.stringify(name)}; there are ${[...kept.keys()].join(", ") || "none"}`,
    );
  await tablesAt(`${address}${address.includes("?") ? "&" : "?"}tables=${name}`, credentials).drop();
  return count;
}

function tablesAt(address: string, credentials?: Credentials): TrinoTables {
  const place = trinoAddress(address);
  const { TRINO_PASSWORD: password, TRINO_TOKEN: token } = process.env;
  return new TrinoTables(place, new TrinoClient(place, credentials ?? { password, token }));
}
