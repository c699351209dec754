#!/usr/bin/env node
/**
 * The whole set-up of a fresh clone, with nothing but Node: installs the locked dependencies when they are missing or
 * differ from package-lock.json, and with `--test` looks for the Chromium that the page tests drive.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Why `npm ci` is needed, or undefined where node_modules holds what package-lock.json names. Contents are compared, not
 * times: a checkout touches files without changing them. Optional packages of other platforms may be absent.
 */
export function staleDependencies(folder) {
  const installedFile = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "node_modules is missing";
  const locked = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  for (const [name, { version, integrity, optional, devOptional, link }] of Object.entries(locked)) {
    if (name === "" || link || !name.includes("node_modules/")) continue;
    const found = installed[name];
    if (!found) {
      if (optional || devOptional) continue;
      return `${name} is not installed`;
    }
    if (found.version !== version || found.integrity !== integrity) return `${name} is not the locked version`;
  }
  return undefined;
}

/** The path of a Chromium that can be run: PALETTE_CHROMIUM, or the first of the usual names on PATH. */
export function findChromium(environment = process.env) {
  const named = environment.PALETTE_CHROMIUM;
  if (named) return isExecutable(named) ? named : undefined;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const folders = [...(environment.PATH ?? "").split(delimiter), "/usr/bin", "/snap/bin"].filter(Boolean);
  const usual = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...usual].find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function fail(message) {
  process.stderr.write(`palette: ${message}\n`);
  process.exit(1);
}

function main() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old: 20.19 or newer is needed`);
  const stale = staleDependencies(root);
  if (stale) {
    process.stderr.write(`palette: ${stale}; running npm ci\n`);
    const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: root,
      stdio: ["ignore", 2, 2],
      shell: process.platform === "win32",
    });
    if (npm.error) fail(`npm cannot be run: ${npm.error.message}`);
    if (npm.status !== 0) fail(`npm ci failed with exit code ${npm.status}; its messages are above`);
  }
  if (process.argv.includes("--test") && !findChromium()) {
    const named = process.env.PALETTE_CHROMIUM;
    process.stderr.write(
      `palette: ${named ? `PALETTE_CHROMIUM=${named} cannot be run` : "Chromium was not found"}: the page tests will be skipped; install it (Debian: apt-get install chromium; macOS: brew install --cask chromium) or set PALETTE_CHROMIUM to its path\n`,
    );
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
