import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Finds Go 1.22 or newer, in PATH or where its installer puts it; throws one line that says what to install. */
export async function findGo(path = process.env.PATH ?? "", further = ["/usr/local/go/bin"]): Promise<string> {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const names = [...folders, ...further].map((folder) => join(folder, "go"));
  // A folder `go`, as Go itself makes one at home, is none.
  const found = names.find((name) => existsSync(name) && statSync(name).isFile());
  if (found === undefined) throw new Error("Go was not found: install Go 1.22 or newer from https://go.dev/dl");
  const env = { ...process.env, GOTOOLCHAIN: "local" };
  const { stdout } = await run(found, ["env", "GOVERSION"], { env }).catch((error) => {
    throw new Error(`${found}: cannot be run: install Go 1.22 or newer from https://go.dev/dl`, { cause: error });
  });
  const [, major = 0, minor = 0] = /go(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) === 1 && Number(minor) < 22) {
    throw new Error(`${found} is ${stdout.trim()}: Go 1.22 or newer is needed, from https://go.dev/dl`);
  }
  return found;
}
