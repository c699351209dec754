import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Files } from "../../../lib/export/go/exportGo.ts";

/** The folder of Go's programs, or undefined where there is no Go. */
export const goFolder = ["/usr/local/go/bin", "/usr/lib/go/bin", ...(process.env.PATH ?? "").split(":")].find(
  (folder) => existsSync(join(folder, "go")),
);

/** Runs one of Go's programs, offline; returns what it prints, and throws with all it said where it fails. */
export function runGo(program: "go" | "gofmt", args: readonly string[], cwd: string, settings = {}): string {
  const env = {
    ...process.env,
    GOPROXY: "off",
    GOFLAGS: "-mod=mod -buildvcs=false",
    GOTOOLCHAIN: "local",
    ...settings,
  };
  try {
    return execFileSync(join(goFolder!, program), args, {
      cwd,
      env,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 240_000,
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(" ")}: ${stderr}${stdout}`);
  }
}

/** A temporary folder of the test file, and a writer of files into folders of their own below it. */
export function exportFolder(): (name: string, files: Files) => string {
  const root = mkdtempSync(join(tmpdir(), "palette-export-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (name, files) => {
    const folder = join(root, name);
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return folder;
  };
}
