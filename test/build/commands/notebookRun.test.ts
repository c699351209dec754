import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { projectRoot } from "../../../build/projectRoot.ts";
import { fixtureCopy } from "../fixtureCopy.ts";

const notebooks = join(fixtureCopy(), "notebooks");
const out = mkdtempSync(join(tmpdir(), "palette-out-"));

function run(...args: string[]) {
  const palette = join(projectRoot(), "build/palette.mjs");
  return spawnSync(process.execPath, [palette, "notebook", "run", ...args], { encoding: "utf8", cwd: notebooks });
}

describe("palette notebook run", () => {
  test("writes what the cells show and exits with 0", () => {
    const { status, stdout, stderr } = run("latency.html", "-o", out, "--set", "limit=100", "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const result = JSON.parse(stdout);
    expect(result.title).toBe("Latency of three APIs");
    expect(result.values.limit).toBe(100);
    expect(JSON.parse(readFileSync(join(out, "cells.json"), "utf8"))).toEqual(result.cells);
    expect(JSON.parse(readFileSync(join(out, "values.json"), "utf8"))).toEqual(result.values);
    for (const { files } of result.cells)
      for (const file of files) expect(existsSync(join(out, file)), file).toBe(true);
  });

  test("exits with 1 when a cell has failed, and tells each", () => {
    const { status, stdout } = run("broken.html");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^ +7 {2}failed .*TypeError: <b>one<\/b> two$/m);
    expect(stdout).toMatch(/^ +9 {2}blocked .*needs after, see cell 7$/m);
  });

  test.each([
    [["nowhere.html"], 1, /nowhere\.html: no such notebook$/],
    [[], 2, /^palette notebook run: too few arguments/],
    [["latency.html", "--set", "limit"], 2, /--set "limit" is not of the form name=value/],
    [["latency.html", "--set", "nobody=1"], 1, /no cell defines nobody; valid are .*limit/],
    [["latency.html", "--timeout", "soon"], 2, /--timeout "soon" is not a number at least 0.001/],
    [["latency.html", "--colour"], 2, /Unknown option '--colour'/],
  ])("%j is an error of one line", (args, code, message) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stdout]).toEqual([code, ""]);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(stderr.trimEnd()).toMatch(message);
  });
});
