import { numberCheck, presenceCheck } from "./rowChecks.ts";
import type { RowFormat } from "./rowFormat.ts";
import { nanosecondsOf } from "./timeSql.ts";
import { nameOrNull } from "./unknownName.ts";

/**
 * Alibaba 2021 `MSCallGraph`: a row is one side of a call from `um` to `dm`; see alibabaCalls.ts for what becomes of
 * them. `rt` keeps its sign: positive as the caller saw it, negative as the callee did.
 */
export const alibaba2021: RowFormat = (columns) => {
  const [trace, rpcid] = [columns("traceid")!, columns("rpcid")!];
  const [timestamp, rt] = [columns("timestamp")!, columns("rt")!];
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
      instances: "NULL::VARCHAR",
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
    ],
  };
};
