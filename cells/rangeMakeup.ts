import { type Dataset, tableOf } from "../lib/traces/dataset.ts";
import type { LatencyRange } from "./cdfPointer.ts";
import { pathText } from "./pathText.ts";

/** What makes up the traces of one entry API whose latency is in a range, beside its other traces. */
export interface RangeMakeup {
  range: LatencyRange;
  /** Traces in the range, and the others. */
  traces: { inside: number; outside: number };
  /** APIs by how much more (or less) own time a trace in the range has there. */
  apis: MakeupRow[];
  /** An API and the path that its executions take. */
  paths: (MakeupRow & { path: string })[];
  /** An API and who calls it, null for traces that start there. */
  contexts: (MakeupRow & { caller: string | null })[];
}

/** Of one part: what a trace has of it on average, in the range and else. Times are µs. */
export interface MakeupRow {
  service: string;
  api: string;
  /** Executions a trace. */
  inside: number;
  outside: number;
  /** Own time a trace. */
  ownInside: number;
  ownOutside: number;
  /** Own time a trace in the range less that of the others. */
  difference: number;
}

/** Parts of a kind that are returned: those whose own time differs most. */
const most = 100;

/**
 * Compares the traces of an entry API whose latency lies in a range with its other traces: which APIs, which paths and
 * which contexts (callers) own time comes from. Counted in SQL over all traces.
 */
export async function rangeMakeup(
  dataset: Dataset,
  entry: { service: string; name: string },
  range: LatencyRange,
): Promise<RangeMakeup> {
  const t = (table: string) => tableOf(dataset, table);
  const given = [range.from, range.to, entry.service, entry.name];
  const roots = `roots AS (
    SELECT e.trace, e.duration >= ? AND e.duration <= ? AS inside
    FROM ${t("executions")} e JOIN ${t("names")} n USING (api)
    WHERE e.parent IS NULL AND NOT e.fragment AND n.service = ? AND n.operation = ?)`;
  const counted = await dataset.engine.query(
    `WITH ${roots} SELECT count(*) FILTER (WHERE inside)::DOUBLE AS inside,
      count(*) FILTER (WHERE NOT inside)::DOUBLE AS outside FROM roots`,
    given,
  );
  const traces = { inside: Number(counted.get(0)!.inside), outside: Number(counted.get(0)!.outside) };
  const names = await dataset.engine.query(`SELECT api, service, operation FROM ${t("names")} ORDER BY api`);
  const nameOf = new Map([...names].map((row) => [Number(row.api), [String(row.service), String(row.operation)]]));
  const edges = await dataset.engine.query(`SELECT edge, callee FROM ${t("edges")} ORDER BY edge`);
  const callees = new Map(
    [...edges].map((row) => [Number(row.edge), (nameOf.get(Number(row.callee)) ?? ["", "?"]).join(" ")]),
  );
  // Whole ns are summed, so that the order of rows does not matter.
  const parts = async (key: string) => {
    const rows = await dataset.engine.query(
      `WITH ${roots}, parts AS (
        SELECT e.api, ${key} AS part, count(*) FILTER (WHERE r.inside)::DOUBLE AS n_inside,
          count(*) FILTER (WHERE NOT r.inside)::DOUBLE AS n_outside,
          coalesce(sum(greatest(0, round(e.own * 1000))::BIGINT) FILTER (WHERE r.inside), 0)::DOUBLE / 1000 AS own_inside,
          coalesce(sum(greatest(0, round(e.own * 1000))::BIGINT) FILTER (WHERE NOT r.inside), 0)::DOUBLE / 1000 AS own_outside
        FROM ${t("executions")} e JOIN roots r USING (trace) WHERE NOT e.fragment GROUP BY e.api, part)
      SELECT * FROM parts
      ORDER BY abs(own_inside / ${Math.max(1, traces.inside)} - own_outside / ${Math.max(1, traces.outside)}) DESC, api, part
      LIMIT ${most}`,
      given,
    );
    return [...rows].map((row) => {
      const [service = "", api = ""] = nameOf.get(Number(row.api)) ?? [];
      const mean = (sum: unknown, of: number) => (of > 0 ? Number(sum) / of : 0);
      const [ownInside, ownOutside] = [mean(row.own_inside, traces.inside), mean(row.own_outside, traces.outside)];
      return {
        part: row.part === null ? null : Number(row.part),
        row: {
          ...{ service, api, ownInside, ownOutside, difference: ownInside - ownOutside },
          ...{ inside: mean(row.n_inside, traces.inside), outside: mean(row.n_outside, traces.outside) },
        } satisfies MakeupRow,
      };
    });
  };
  const [apis, paths, contexts] = [await parts("0"), await parts("e.walk"), await parts("e.caller")];
  const numbers = [...new Set(paths.map(({ part }) => part))].filter((part) => part !== null);
  const walks = await dataset.engine.query(
    `SELECT walk, walk_text FROM ${t("walks")} WHERE walk IN (${numbers.join(", ") || "NULL"})`,
  );
  const texts = new Map([...walks].map((row) => [Number(row.walk), String(row.walk_text)]));
  return {
    range,
    traces,
    apis: apis.map(({ row }) => row),
    paths: paths.map(({ part, row }) => ({ ...row, path: pathText(texts.get(part ?? -1) ?? "", callees) })),
    contexts: contexts.map(({ part, row }) => ({
      ...row,
      caller: part === null ? null : (nameOf.get(part) ?? ["", "?"]).join(" "),
    })),
  };
}
