import { type Dataset, tableOf } from "../traces/dataset.ts";
import { readWorkload } from "./readWorkload.ts";
import type { Api, Edge, Provenance, Service, SimpleStatistics, Workload } from "./topology.ts";

/** The graph G = (P, V, E) of a data set's executions, with the numbers by which its tables know APIs and edges. */
export interface Graph {
  services: Service[];
  apis: (Pick<Api, "id" | "service" | "name" | "executions" | "errors" | "resolution"> & { number: number })[];
  edges: Edge[];
  /** The edges that each API calls, by the API's id. */
  outgoing: Map<string, Edge[]>;
  workload: Workload;
  sources: Provenance["sources"];
  /** Files of traces that could not be read. */
  skipped: NonNullable<Provenance["skipped"]>;
  /** The topology's id of an API number. */
  apiId(number: number): string;
  edgeId(number: number): string;
  edgeNumber(id: string): number;
  /** Means of an API without any conditioning. */
  simple(api: number): SimpleStatistics;
}

/** Reads services, APIs, edges, workload and means over the traces that are not held out. */
export async function readGraph(dataset: Dataset): Promise<Graph> {
  const { engine } = dataset;
  const t = (table: string) => tableOf(dataset, table);
  const fitted = `${t("executions")} e JOIN ${t("split")} s USING (trace)`;

  const apiRows = await engine.query(`
    SELECT n.api AS number, n.service, n.operation, n.resolution, count(*)::DOUBLE AS executions,
      avg(e.error::INTEGER) AS errors, sum(round(greatest(0, e.own) * 1000)::BIGINT)::DOUBLE / 1000 / count(*) AS own
    FROM ${fitted} JOIN ${t("names")} n USING (api) WHERE NOT s.test
    GROUP BY n.api, n.service, n.operation, n.resolution ORDER BY n.service, n.operation`);
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  for (const row of apiRows) {
    const id = `${row.service}: ${row.operation}`;
    let unique = id;
    for (let copy = 2; taken.has(unique); copy++) unique = `${id} (${copy})`;
    taken.add(unique);
    ids.set(row.number, unique);
  }
  const apis = [...apiRows].map((row) => ({
    number: Number(row.number),
    id: ids.get(row.number) as string,
    service: String(row.service),
    name: String(row.operation),
    executions: Number(row.executions),
    errors: Number(row.errors),
    resolution: Number(row.resolution),
  }));

  const edgeRows = await engine.query(`
    SELECT k.edge, k.caller, k.callee, k.remote, c.operation AS client, f.calls, f.asynchronous, f.network
    FROM ${t("edges")} k LEFT JOIN ${t("names")} c ON c.api = k.client_api JOIN (
      SELECT e.edge, count(*)::DOUBLE AS calls, avg(e.asynchronous::INTEGER) AS asynchronous,
        sum(round(greatest(0, e.waited - e.duration) * 1000)::BIGINT)::DOUBLE / 1000 / count(*) AS network
      FROM ${fitted} WHERE NOT s.test AND e.edge IS NOT NULL GROUP BY e.edge) f USING (edge)
    ORDER BY k.edge`);
  const edges = [...edgeRows].map(
    (row): Edge => ({
      id: edgeId(row.edge),
      caller: ids.get(row.caller) as string,
      callee: ids.get(row.callee) as string,
      kind: row.remote ? "remote" : "local",
      ...(row.client === null ? {} : { operation: String(row.client) }),
      calls: Number(row.calls),
      asynchronous: Number(row.asynchronous),
    }),
  );

  const networks = new Map([...edgeRows].map((row) => [edgeId(row.edge), Number(row.network)]));
  const own = new Map([...apiRows].map((row) => [Number(row.number), Number(row.own)]));
  const outgoing = new Map<string, Edge[]>(apis.map((api) => [api.id, []]));
  for (const edge of edges) outgoing.get(edge.caller)?.push(edge);
  const executionsOf = new Map(apis.map((api) => [api.number, api.executions]));
  const simple = (api: number): SimpleStatistics => {
    const executions = executionsOf.get(api) ?? 1;
    const calls = (outgoing.get(ids.get(api) as string) ?? []).map((edge) => {
      const network = networks.get(edge.id) ?? 0;
      const mean = edge.calls / executions;
      return { edge: edge.id, mean, asynchronous: edge.asynchronous >= 0.5, ...(network > 0 ? { network } : {}) };
    });
    return { ownTime: own.get(api) ?? 0, calls };
  };

  const files = await engine.query(
    `SELECT path, format, rows_read::DOUBLE AS "rows" FROM ${t("files")} WHERE rows_read > 0 ORDER BY file`,
  );
  const unreadable = await engine.query(
    `SELECT path, reason FROM ${t("skipped")} WHERE rule = 'unreadable-file' ORDER BY path`,
  );
  return {
    services: [...new Set(apis.map((api) => api.service))].map((name) => ({ id: name, name })),
    apis,
    edges,
    outgoing,
    workload: await readWorkload(dataset, ids),
    sources: [...files].map((row) => ({
      file: baseName(row.path),
      format: String(row.format),
      rows: Number(row.rows),
    })),
    skipped: [...unreadable].map((row) => ({ file: baseName(row.path), reason: String(row.reason) })),
    apiId: (number) => ids.get(number) as string,
    edgeId,
    edgeNumber: (id) => Number(id.slice(1)),
    simple,
  };
}

function edgeId(number: number): string {
  return `e${number}`;
}

function baseName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
