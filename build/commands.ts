import type { Command } from "./command.ts";

/** The verbs in the order of the help; each is loaded when it is called: `fit: async () => (await import("./commands/fit.ts")).fit`. */
export const commands: Record<string, () => Promise<Command>> = {
  fit: async () => (await import("./commands/fit.ts")).fit,
  report: async () => (await import("./commands/report.ts")).report,
  simulate: async () => (await import("./commands/simulate.ts")).simulate,
  apply: async () => (await import("./commands/apply.ts")).apply,
  behaviour: async () => (await import("./commands/behaviour.ts")).behaviour,
  diff: async () => (await import("./commands/diff.ts")).diff,
  tune: async () => (await import("./commands/tune.ts")).tune,
  predict: async () => (await import("./commands/predict.ts")).predict,
  compare: async () => (await import("./commands/compare.ts")).compare,
  export: async () => (await import("./commands/export.ts")).exportSystem,
  run: async () => (await import("./commands/run.ts")).run,
  loop: async () => (await import("./commands/loop.ts")).loop,
  "notebook run": async () => (await import("./commands/notebookRun.ts")).notebookRun,
  "notebook export": async () => (await import("./commands/notebookExport.ts")).notebookExport,
  load: async () => (await import("./commands/load.ts")).load,
  tables: async () => (await import("./commands/tables.ts")).tables,
  cache: async () => (await import("./commands/cache.ts")).cache,
  serve: async () => (await import("./commands/serve.ts")).serve,
};
