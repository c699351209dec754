import type { Engine } from "./engine.ts";

/** The engine with every query bound to a signal, so that aborting it stops a pipeline of queries where it is. */
export function cancellable(engine: Engine, signal: AbortSignal | undefined): Engine {
  if (signal === undefined) return engine;
  return {
    kind: engine.kind,
    ...(engine.cluster === undefined ? {} : { cluster: engine.cluster }),
    query(sql, parameters, options) {
      const both = options?.signal && options.signal !== signal ? AbortSignal.any([options.signal, signal]) : signal;
      return engine.query(sql, parameters, { ...options, signal: both });
    },
    async insert(table, rows) {
      signal.throwIfAborted();
      await engine.insert(table, rows);
    },
    files: (address) => engine.files(address),
    open: (path) => engine.open(path),
    async scan(paths, options) {
      signal.throwIfAborted();
      return engine.scan(paths, options);
    },
    ...(engine.fingerprint ? { fingerprint: (address: string) => engine.fingerprint!(address) } : {}),
    close: () => engine.close(),
  };
}
