#!/usr/bin/env node
/**
 * Starts the command line: bundles build/palette.ts into dist/palette when a source has changed since the last start,
 * and runs it. What was bundled is remembered by size and time of every source, so that a second start costs a few stats.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "dist", "palette");
const current = join(cache, "current.json");
/** ms for which an older bundle is kept, for processes that still run it. */
const kept = 24 * 3600 * 1000;

process.on("uncaughtException", (error) => {
  if (error.code === "EPIPE") process.exit();
  if (process.env.PALETTE_DEBUG) process.stderr.write(`${error.stack}\n`);
  else process.stderr.write(`palette: ${explain(error)}\n`);
  process.exit(1);
});

try {
  if (!existsSync(join(root, "node_modules", "esbuild"))) {
    const setup = relative(process.cwd(), join(root, "build", "setup.mjs"));
    throw new Error(`dependencies are missing in ${root}: run node ${setup}`);
  }
  const { main } = await import(pathToFileURL(join(freshBundle() ?? (await bundle()), "palette.js")).href);
  process.exitCode = await main(process.argv.slice(2));
  setTimeout(() => process.exit(), 2000).unref();
} catch (error) {
  if (process.env.PALETTE_DEBUG) throw error;
  process.stderr.write(`palette: ${explain(error)}\n`);
  process.exitCode = 1;
}

/** The folder of the last bundle, or undefined when a source has changed since. */
function freshBundle() {
  try {
    const { folder, inputs } = JSON.parse(readFileSync(current, "utf8"));
    const fresh = Object.entries(inputs).every(([path, stamp]) => stampOf(path) === stamp);
    return fresh && existsSync(join(cache, folder, "palette.js")) ? join(cache, folder) : undefined;
  } catch {
    return undefined;
  }
}

function stampOf(path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${size} ${mtimeMs}`;
}

/** Bundles into a folder of its own, so that a process still running an older bundle keeps its files. */
async function bundle() {
  const { build } = await import("esbuild");
  const { sourceAddress } = await import("./sourceAddress.mjs");
  const folder = `${Date.now().toString(36)}-${process.pid}`;
  const started = Date.now();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { palette: "build/palette.ts" },
    outdir: join(cache, folder),
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: true,
    metafile: true,
    logLevel: "silent",
    plugins: [sourceAddress],
  });
  const sources = [
    ...Object.keys(metafile.inputs),
    "build/palette.mjs",
    "build/sourceAddress.mjs",
    "package-lock.json",
  ];
  const unchanged = sources.every((path) => statSync(join(root, path)).mtimeMs < started);
  const inputs = Object.fromEntries(
    sources.map((path) => [path, unchanged ? stampOf(path) : "changed while bundling"]),
  );
  mkdirSync(cache, { recursive: true });
  const temporary = join(cache, `${folder}.json`);
  writeFileSync(temporary, JSON.stringify({ folder, inputs }));
  renameSync(temporary, current);
  for (const entry of readdirSync(cache, { withFileTypes: true })) {
    const path = join(cache, entry.name);
    if (entry.isDirectory() && started - statSync(path).mtimeMs > kept) rmSync(path, { recursive: true, force: true });
  }
  return join(cache, folder);
}

function explain(error) {
  const [failure] = error.errors ?? [];
  if (failure?.location)
    return `${failure.location.file}:${failure.location.line}:${failure.location.column}: ${failure.text}`;
  return String(failure?.text ?? error.message ?? error).split("\n")[0];
}
