import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { RowFormat } from "./rowFormat.ts";
import { nanosecondsOf } from "./timeSql.ts";
import { nameOrNull } from "./unknownName.ts";

/**
 * Alibaba 2022 `CallGraph`: a row is one side of a call from `um` to `dm`, whose sides cannot be told by the sign of
 * `rt`; see alibabaCalls.ts for what becomes of them.
 */
export const alibaba2022: RowFormat = (columns) => {
  const [trace, rpcid] = [columns("traceid")!, columns("rpc_id")!];
  const [timestamp, rt] = [columns("timestamp")!, columns("rt")!];
  const [caller, callee] = [columns("uminstanceid"), columns("dminstanceid")];
  const start = nanosecondsOf(timestamp, "ms");
  const time = nanosecondsOf(rt, "ms");
  return {
    values: {
      trace: trace.sql,
      rpcid: rpcid.sql,
      um: nameOrNull(columns("um")!.sql),
      dm: nameOrNull(columns("dm")!.sql),
      rpctype: nameOrNull(columns("rpctype")!.sql),
      interface: nameOrNull(columns("interface")!.sql),
      instances: `concat_ws(' ', ${[caller, callee].map((column) => column?.sql ?? "''").join(", ")})`,
      start_ns: start,
      rt: `(${time})::DOUBLE / 1000`,
    },
    checks: [
      presenceCheck("missing-trace-id", trace),
      presenceCheck("missing-span-id", rpcid),
      numberCheck(timestamp, start),
      {
        rule: "no-response-time",
        column: rt,
        fails: `${rt.sql} IS NULL OR ${rt.sql}::VARCHAR IN ('', 'None', 'NaN', 'nan')`,
      },
      numberCheck(rt, time),
      { rule: "negative-duration", column: rt, fails: `${time} < 0` },
    ],
    doubledColumn: rpcid,
  };
};
