import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { projectRoot } from "../../../build/projectRoot.ts";

export interface PaletteRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface PaletteOptions {
  cwd?: string;
  /** Most blocks of 1 kB that a file may grow to. */
  fileLimit?: number;
  /** The user to run as. */
  uid?: number;
}

/** Runs the command line as a user would, in a process of its own. */
export function runPalette(args: readonly string[], { cwd, fileLimit, uid }: PaletteOptions = {}): PaletteRun {
  // Who may not write is not to be the one who bundles changed sources.
  if (fileLimit !== undefined || uid !== undefined) runPalette(["--version"]);
  const command = [process.execPath, join(projectRoot(), "build/palette.mjs"), ...args];
  // bash counts in blocks of 1 kB.
  if (fileLimit !== undefined) command.unshift("bash", "-c", `ulimit -f ${fileLimit}; exec "$@"`, "bash");
  const { status, stdout, stderr } = spawnSync(command[0]!, command.slice(1), {
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 2 ** 28,
    ...(cwd ? { cwd } : {}),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { status, stdout, stderr };
}

/** Expects success without a word on stderr, and gives what `--json` printed. */
export function jsonOf({ status, stdout, stderr }: PaletteRun): unknown {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** Expects an error: one line that says so, nothing on stdout, and no stack. Gives the line. */
export function errorOf({ status, stdout, stderr }: PaletteRun): string {
  expect(stderr).toMatch(/^palette[^\n]*\n$/);
  expect(stderr).not.toMatch(/\.(ts|js|mjs):\d+/);
  expect({ status, stdout }).toEqual({ status: expect.any(Number), stdout: "" });
  expect(status).toBeGreaterThan(0);
  return stderr.trimEnd();
}

/** A folder for the files of a test file; it goes when its tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "palette-command-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Names of what is in a folder, sorted. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
