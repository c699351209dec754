/** Formats whose records are rows of a CSV or Parquet file. */
export const tabularFormats = {
  nezha: {
    title: "Nezha CSV",
    columns: ["TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano"],
  },
  alibaba2021: {
    title: "Alibaba 2021 MSCallGraph",
    columns: ["traceid", "timestamp", "rpcid", "um", "rpctype", "dm", "interface", "rt"],
  },
  alibaba2022: {
    title: "Alibaba 2022 CallGraph",
    columns: ["timestamp", "traceid", "rpc_id", "rpctype", "um", "interface", "dm", "rt"],
  },
  otelTraces: {
    title: "the Collector's otel_traces",
    columns: ["Timestamp", "TraceId", "SpanId", "ParentSpanId", "SpanName", "ServiceName", "Duration"],
  },
  spans: {
    title: "Palette's span table",
    columns: ["trace", "id", "parent", "service", "operation", "start", "duration"],
  },
  metaParents: {
    title: "Meta parent-data",
    columns: ["profile", "parent_name", "children_set", "num_calls", "concurrency_rate"],
  },
  metaTraces: {
    title: "Meta trace-data",
    columns: ["profile", "trace_size", "num_services", "call_depth", "max_width"],
  },
  metaServices: {
    title: "Meta service-characteristics",
    columns: ["service_type", "service_id", "num_instances", "num_fan_in_all", "num_fan_out_all"],
  },
  metaEndpoints: { title: "Meta service-endpoints", columns: ["service_type", "service_id", "num_endpoints"] },
  metaHistory: { title: "Meta service-history", columns: ["ds", "num_regular_services", "num_illfitting_services"] },
  metaInferred: {
    title: "Meta inferred-path-data",
    columns: ["call_depth", "profile", "percent_inferred_total", "percent_inferred_known"],
  },
} as const satisfies Record<string, { title: string; columns: readonly string[] }>;

export type TabularFormat = keyof typeof tabularFormats;

/** What the columns of a file say: its format, or in one line why there is none, and whether one is near. */
export type ColumnsMatch = { format: TabularFormat } | { reason: string; near: boolean };

/** Finds the format with these columns, in any order and case; further columns are allowed. */
export function matchColumns(columns: readonly string[]): ColumnsMatch {
  const present = new Set(columns.map((column) => column.trim().toLowerCase()));
  let best: { format: TabularFormat; missing: string[]; share: number } | undefined;
  for (const [name, { columns: needed }] of Object.entries(tabularFormats)) {
    const missing = needed.filter((column) => !present.has(column.toLowerCase()));
    const share = 1 - missing.length / needed.length;
    if (missing.length === 0 && best?.missing.length === 0) {
      if (needed.length <= tabularFormats[best.format].columns.length) continue;
    } else if (best && share <= best.share) continue;
    best = { format: name as TabularFormat, missing, share };
  }
  if (best && best.missing.length === 0) return { format: best.format };
  if (best && best.share >= 0.5) {
    return {
      reason: `lacks column ${best.missing.join(", ")}, which ${tabularFormats[best.format].title} needs`,
      near: true,
    };
  }
  const shown = columns.slice(0, 12).map((column) => JSON.stringify(column.slice(0, 40)));
  const reason = `no known format of traces has the columns ${shown.join(", ")}; a column mapping can say what they are`;
  return { reason, near: false };
}
