/** Where a Trino is, and which of its schemas is worked in. */
export interface TrinoAddress {
  /** Such as `http://127.0.0.1:8080`. */
  origin: string;
  user: string;
  catalog: string;
  schema: string;
  /** Session properties, such as `retry_policy`. */
  session: Record<string, string>;
  /** Name under which intermediate tables are kept; without one they are dropped at the end. */
  tables: string | undefined;
}

const shape = "trino://user@host:port/catalog/schema";

/**
 * Reads `trino://user@host:port/catalog/schema?property=value`. `https=true` (the default on port 443) asks for TLS,
 * `tables=name` keeps the intermediate tables under that name, whatever else the query says is a session property.
 * A password is never taken from the address: it would be seen in shell histories. Throws an Error of one line.
 */
export function trinoAddress(address: string): TrinoAddress {
  let url: URL;
  try {
    url = new URL(address.replace(/^trino:/, "http:"));
  } catch {
    throw new Error(`${address}: no address of a Trino, ${shape} is expected`);
  }
  const shown = address.replace(/:[^:@/]*@/, ":…@");
  if (!address.startsWith("trino://")) throw new Error(`${shown}: no address of a Trino, ${shape} is expected`);
  if (url.password !== "") throw new Error(`${shown}: a password belongs into the environment, as TRINO_PASSWORD`);
  const [catalog, schema, ...more] = url.pathname
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  if (!catalog || !schema || more.length > 0)
    throw new Error(`${shown}: names no catalog and schema, ${shape} is expected`);
  const { https, tables, ...session } = Object.fromEntries(url.searchParams);
  if (tables !== undefined && !/^(?!run_)(?!.*__)[a-z][a-z0-9_]{0,39}$/.test(tables)) {
    throw new Error(`tables=${tables}: a name of small letters, digits and single _ is expected, not of a run`);
  }
  const secure = https === undefined ? url.port === "443" : https === "true";
  return {
    origin: `${secure ? "https" : "http"}://${url.hostname}:${url.port || (secure ? 443 : 8080)}`,
    user: decodeURIComponent(url.username) || "palette",
    catalog,
    schema,
    session,
    tables,
  };
}
