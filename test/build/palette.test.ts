import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../build/commands.ts";
import { projectRoot } from "../../build/projectRoot.ts";

function palette(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot(), "build/palette.mjs"), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("palette", () => {
  test("lists every verb with its summary", async () => {
    const { status, stdout } = palette("--help");
    expect(status).toBe(0);
    for (const load of Object.values(commands)) {
      const { name, summary } = await load();
      expect(stdout).toContain(name);
      expect(stdout).toContain(summary);
    }
  });

  test("each verb is registered under its name and has help for each option", async () => {
    for (const [name, load] of Object.entries(commands)) {
      const command = await load();
      expect(command.name).toBe(name);
      const { status, stdout } = palette(...name.split(" "), "--help");
      expect(status).toBe(0);
      for (const option of [...Object.keys(command.options), "json", "help"]) expect(stdout).toContain(`--${option}`);
    }
  });

  test("the first word of a verb names those that begin with it", () => {
    const { status, stderr } = palette("notebook", "--help");
    expect(status).toBe(2);
    expect(stderr).toBe('palette: incomplete verb "notebook"; valid are notebook run, notebook export\n');
  });

  test("an unknown verb is one line and exit code 2", () => {
    const { status, stderr, stdout } = palette("fti", "x.csv");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^palette: unknown verb "fti"; valid are [^\n]*\n$/);
    expect(stdout).toBe("");
  });

  test("control characters of an argument do not reach the terminal", () => {
    expect(palette("\u001b[31mx\u0007").stderr).not.toContain("\u001b");
  });
});
