import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { RowFormat } from "./rowFormat.ts";
import type { TabularFormat } from "./tabularFormats.ts";

/**
 * Meta's published summaries (facebookresearch/distributed_traces, USENIX ATC'23) hold no spans: the rows of each file
 * go to a table of its own, whose name is here by format.
 */
export const metaTables = {
  metaParents: "meta_parents",
  metaTraces: "meta_traces",
  metaServices: "meta_services",
  metaEndpoints: "meta_endpoints",
  metaHistory: "meta_history",
  metaInferred: "meta_inferred",
} as const satisfies Partial<Record<TabularFormat, string>>;

export type MetaFormat = keyof typeof metaTables;

/** What the files' columns become: text that must be there, numbers that must be there, and numbers that may lack. */
const columnsOf: Record<MetaFormat, Record<string, "text" | "number" | "optional">> = {
  /** One row for each invocation of a parent; `children_set` is the text of a Python set. */
  metaParents: {
    profile: "text",
    parent_name: "text",
    children_set: "text",
    num_calls: "number",
    num_returning_calls: "optional",
    concurrency_rate: "number",
  },
  metaTraces: {
    profile: "text",
    trace_size: "number",
    num_services: "number",
    call_depth: "number",
    max_width: "number",
  },
  metaServices: {
    service_type: "text",
    service_id: "text",
    num_instances: "number",
    num_fan_in_all: "number",
    num_fan_out_all: "number",
  },
  metaEndpoints: { service_type: "text", service_id: "text", num_endpoints: "number" },
  metaHistory: {
    ds: "text",
    num_regular_services: "optional",
    num_illfitting_services: "optional",
    num_regular_instances: "optional",
    num_illfitting_instances: "optional",
  },
  metaInferred: {
    call_depth: "number",
    profile: "text",
    percent_inferred_total: "number",
    percent_inferred_known: "number",
  },
};

/** How the rows of one of Meta's files are read. */
export function metaFormat(format: MetaFormat): RowFormat {
  return (columns) => {
    const values: Record<string, string> = {};
    const checks = [];
    for (const [name, kind] of Object.entries(columnsOf[format])) {
      const column = columns(name);
      const number = column && `TRY_CAST(${column.sql} AS DOUBLE)`;
      values[name] = kind === "text" ? `${column!.sql}::VARCHAR` : (number ?? "NULL::DOUBLE");
      if (kind === "text") checks.push(presenceCheck("missing-value", column!));
      if (kind === "number") checks.push(numberCheck(column!, number!));
    }
    return { values, checks };
  };
}
