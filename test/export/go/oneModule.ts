import type { Files } from "../../../lib/export/go/exportGo.ts";

/** Folders of an export that are the same in all, and are compiled once. */
const shared = /^(workflow\/gcm|httprpc)\//;

/** All exports as packages of one module, which share the runtime; flags of workloads get names of their own. */
export function oneModule(exports: readonly Files[]): Files {
  const files: Files = new Map([["go.mod", "module example.com/gen\n\ngo 1.22\n"]]);
  for (const [number, each] of exports.entries()) {
    for (const [path, text] of each) {
      if (path.endsWith("go.mod") || path.startsWith("cmd/")) continue;
      if (shared.test(path)) files.set(path, text);
      else if (!path.endsWith(".go")) files.set(`t${number}/${path}`, text);
      else {
        const moved = text
          .replaceAll(/"example\.com\/gen\/(?!workflow\/gcm"|httprpc")/g, `"example.com/gen/t${number}/`)
          .replaceAll(/= flag\.(\w+)\("/g, `= flag.$1("t${number}-`);
        files.set(`t${number}/${path}`, moved);
      }
    }
  }
  return files;
}
