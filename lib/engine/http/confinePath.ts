import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { isGlob } from "../globPattern.ts";

/**
 * The absolute path behind an address that came from outside: relative ones start at the first root. Throws where it
 * lies in no root, be it by `..` or through a symbolic link. A glob is judged by its part before the first pattern.
 */
export async function confinePath(roots: readonly string[], address: string): Promise<string> {
  const path = isAbsolute(address) ? resolve(address) : join(roots[0]!, address);
  const parts = path.split(sep);
  const first = parts.findIndex(isGlob);
  const exists = await realpath(path).catch(() => undefined);
  const fixed = exists ?? (await nearestRealPath(first < 0 ? path : parts.slice(0, first).join(sep) || sep));
  for (const root of roots) if (isBelow(await realpath(root), fixed)) return path;
  throw new Error(
    `${address}: outside of the folders that are served; start the server with --data <folder> to serve it`,
  );
}

/** The address as its sender knows the path: relative where it was relative. */
export function asSent(roots: readonly string[], address: string, path: string): string {
  return isAbsolute(address) ? path : relative(roots[0]!, path).replaceAll(sep, "/");
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The real path of what exists on the way to a path. */
async function nearestRealPath(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined || at === dirname(at)) return real ?? at;
  }
}
