import { type Dataset, tableOf } from "./dataset.ts";
import { type MetaFormat, metaTables } from "./meta.ts";

/** How a parent of one profile calls its children, over all its invocations. */
export interface MetaParent {
  /** `ads`, `fetch` or `raas`. */
  profile: string;
  /** Service and endpoint: `12345-00001`. */
  parent: string;
  invocations: number;
  /** The sets of children it calls, the most frequent first. */
  childrenSets: MetaChildrenSet[];
}

export interface MetaChildrenSet {
  /** Names of the children, which are anonymized apart from the parents' names; sorted. */
  children: string[];
  invocations: number;
  /** Number of calls that an invocation makes to all of them, with the number of invocations; ascending. */
  calls: { count: number; invocations: number }[];
  /** Mean share of the calls that run at once, 0 to 1 (the paper's section 4.4). */
  concurrency: number;
}

/** Shapes of the traces of a profile: quantiles at `metaLevels`. */
export interface MetaShape {
  profile: string;
  traces: number;
  size: number[];
  services: number[];
  depth: number[];
  width: number[];
}

/** The service graph's size: services of a type, and quantiles at `metaLevels` of how many services they call. */
export interface MetaServices {
  /** `regular`, or `illfitting` for what is no plain service. */
  type: string;
  services: number;
  instances: number;
  /** Endpoints of those services that list them. */
  endpoints: number;
  /** Services called by these, over all of them: edges of the service graph. */
  dependencies: number;
  fanIn: number[];
  fanOut: number[];
}

/** One service: how many of its instances, endpoints, callers and callees there are. */
export interface MetaService {
  id: string;
  type: string;
  instances: number;
  endpoints: number;
  callers: number;
  callees: number;
}

export const metaLevels = [0, 0.25, 0.5, 0.75, 0.9, 0.99, 1] as const;

/** What Meta's summaries tell of structure; a list is empty where its file was not read. No latency is among it. */
export interface MetaStructure {
  parents: MetaParent[];
  shapes: MetaShape[];
  services: MetaServices[];
}

/** Aggregates the summaries that `readTraces` found; null where there were none. */
export async function readMetaStructure(dataset: Dataset): Promise<MetaStructure | null> {
  const present = await summariesOf(dataset);
  if (present.size === 0) return null;
  return {
    parents: present.has("metaParents") ? await readParents(dataset) : [],
    shapes: present.has("metaTraces") ? await readShapes(dataset) : [],
    services: present.has("metaServices") ? await readServiceTypes(dataset, endpointsOf(dataset, present)) : [],
  };
}

/** The services of service-characteristics, in order of id; none where that file was not read. */
export async function readMetaServices(dataset: Dataset): Promise<MetaService[]> {
  const present = await summariesOf(dataset);
  if (!present.has("metaServices")) return [];
  const rows = await dataset.engine.query(`
    SELECT service_id AS id, service_type AS type, num_instances AS instances, coalesce(n, 0) AS endpoints,
      num_fan_in_all AS callers, num_fan_out_all AS callees
    FROM ${tableOf(dataset, metaTables.metaServices)} LEFT JOIN ${endpointsOf(dataset, present)} e USING (service_id)
    ORDER BY id, type`);
  return rows.toArray().map((row) => ({
    id: String(row.id),
    type: String(row.type),
    instances: Number(row.instances),
    endpoints: Number(row.endpoints),
    callers: Number(row.callers),
    callees: Number(row.callees),
  }));
}

async function summariesOf(dataset: Dataset): Promise<Set<MetaFormat>> {
  const found = await dataset.engine.query("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", [
    dataset.schema,
  ]);
  const names = new Set(found.toArray().map((row) => String(row.table_name)));
  return new Set((Object.keys(metaTables) as MetaFormat[]).filter((format) => names.has(metaTables[format])));
}

function endpointsOf(dataset: Dataset, present: ReadonlySet<MetaFormat>): string {
  if (!present.has("metaEndpoints")) return "(SELECT NULL::VARCHAR AS service_id, 0 AS n WHERE false)";
  return `(SELECT service_id, max(num_endpoints) AS n FROM ${tableOf(dataset, metaTables.metaEndpoints)} GROUP BY service_id)`;
}

async function readParents(dataset: Dataset): Promise<MetaParent[]> {
  const rows = await dataset.engine.query(`
    WITH named AS (
      SELECT profile, parent_name, num_calls, concurrency_rate,
        array_to_string(list_sort(regexp_extract_all(children_set, '[''"]([^''"]+)[''"]', 1)), chr(31)) AS children
      FROM ${tableOf(dataset, metaTables.metaParents)}
    )
    SELECT profile, parent_name AS parent, children, num_calls AS calls, count(*)::DOUBLE AS n,
      sum(round(concurrency_rate * 1e6)::BIGINT)::DOUBLE / 1e6 AS concurrency
    FROM named GROUP BY ALL ORDER BY ALL`);
  const parents = new Map<string, MetaParent>();
  const sets = new Map<string, MetaChildrenSet>();
  for (const row of rows) {
    const [profile, parent, children] = [String(row.profile), String(row.parent), String(row.children)];
    const key = JSON.stringify([profile, parent]);
    const into = parents.get(key) ?? { profile, parent, invocations: 0, childrenSets: [] };
    parents.set(key, into);
    const setKey = JSON.stringify([profile, parent, children]);
    let set = sets.get(setKey);
    if (!set) {
      set = { children: children === "" ? [] : children.split("\u001F"), invocations: 0, calls: [], concurrency: 0 };
      sets.set(setKey, set);
      into.childrenSets.push(set);
    }
    const n = Number(row.n);
    set.concurrency = (set.concurrency * set.invocations + Number(row.concurrency)) / (set.invocations + n);
    set.invocations += n;
    set.calls.push({ count: Number(row.calls), invocations: n });
    into.invocations += n;
  }
  for (const { childrenSets } of parents.values()) childrenSets.sort((a, b) => b.invocations - a.invocations);
  return [...parents.values()];
}

async function readShapes(dataset: Dataset): Promise<MetaShape[]> {
  const rows = await dataset.engine.query(`
    SELECT profile, count(*)::DOUBLE AS traces, ${quantiles("trace_size")} AS size, ${quantiles("num_services")} AS services,
      ${quantiles("call_depth")} AS depth, ${quantiles("max_width")} AS width
    FROM ${tableOf(dataset, metaTables.metaTraces)} GROUP BY profile ORDER BY profile`);
  return rows.toArray().map((row) => ({
    profile: String(row.profile),
    traces: Number(row.traces),
    size: numbers(row.size),
    services: numbers(row.services),
    depth: numbers(row.depth),
    width: numbers(row.width),
  }));
}

async function readServiceTypes(dataset: Dataset, endpoints: string): Promise<MetaServices[]> {
  const rows = await dataset.engine.query(`
    SELECT service_type AS type, count(*)::DOUBLE AS services, sum(num_instances::BIGINT)::DOUBLE AS instances,
      coalesce(sum(n::BIGINT), 0)::DOUBLE AS endpoints, sum(num_fan_out_all::BIGINT)::DOUBLE AS dependencies,
      ${quantiles("num_fan_in_all")} AS fan_in, ${quantiles("num_fan_out_all")} AS fan_out
    FROM ${tableOf(dataset, metaTables.metaServices)} LEFT JOIN ${endpoints} e USING (service_id)
    GROUP BY service_type ORDER BY service_type`);
  return rows.toArray().map((row) => ({
    type: String(row.type),
    services: Number(row.services),
    instances: Number(row.instances),
    endpoints: Number(row.endpoints),
    dependencies: Number(row.dependencies),
    fanIn: numbers(row.fan_in),
    fanOut: numbers(row.fan_out),
  }));
}

function quantiles(column: string): string {
  return `quantile_disc(${column}, [${metaLevels.join(", ")}])`;
}

function numbers(list: Iterable<unknown>): number[] {
  return Array.from(list, Number);
}
