import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { RowFormat } from "./rowFormat.ts";
import { nanosecondsOf } from "./timeSql.ts";
import { nameOrUnknown } from "./unknownName.ts";

/** A pod's name ends in its replica set and 5 characters, of the letters that Kubernetes uses for generated names. */
const podSuffix = "-[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$";

/**
 * OpenTelemetry spans as CSV (IntelligentDDS/Nezha): the service is the pod's name without its Kubernetes suffix, the
 * duration is end − start in ns, `root` is the parent of roots.
 */
export const nezha: RowFormat = (columns) => {
  const [trace, id, parent] = [columns("TraceID")!, columns("SpanID")!, columns("ParentID")!];
  const [pod, operation] = [columns("PodName")!, columns("OperationName")!];
  const [start, end] = [columns("StartTimeUnixNano")!, columns("EndTimeUnixNano")!];
  const duration = columns("Duration");
  const [startNs, endNs] = [nanosecondsOf(start, "ns"), nanosecondsOf(end, "ns")];
  return {
    values: {
      trace: trace.sql,
      id: id.sql,
      parent: `CASE WHEN ${parent.sql} IN ('root', '') THEN NULL ELSE ${parent.sql} END`,
      service: nameOrUnknown(`regexp_replace(${pod.sql}, '${podSuffix}', '')`),
      operation: nameOrUnknown(operation.sql),
      start_ns: startNs,
      duration: `(${endNs}::HUGEINT - ${startNs})::DOUBLE / 1000`,
    },
    checks: [
      presenceCheck("missing-trace-id", trace),
      presenceCheck("missing-span-id", id),
      numberCheck(start, startNs),
      numberCheck(end, endNs),
      ...(duration
        ? [{ rule: "negative-duration", column: duration, fails: `TRY_CAST(${duration.sql} AS DOUBLE) < 0` }]
        : []),
      { rule: "end-before-start", column: end, fails: `${endNs} < ${startNs}` },
    ],
  };
};
