import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Topology } from "../../lib/topology/topology.ts";
import type { Ledger } from "../../lib/traces/ledger.ts";
import { makeSamples } from "../engine/samples.ts";
import { topologyFaults } from "../topologyFaults.ts";
import { csv } from "../traces/traceFolder.ts";
import { errorOf, jsonOf, namesIn, runPalette, temporaryFolder } from "./commands/runPalette.ts";

const folder = temporaryFolder();
const fresh = () => mkdtempSync(join(folder, "run-"));
const header = ["TraceID", "SpanID", "ParentID", "PodName", "OperationName", "StartTimeUnixNano", "EndTimeUnixNano"];
const columns = [...header, "Duration"];

/** A record of Nezha's CSV. */
function record(trace: string, id: string, parent: string, more: { name?: string; start?: string; end?: string } = {}) {
  const { name = "buy", start = "1000000000", end = "1002000000" } = more;
  return [trace, id, parent, "shop", name, start, end, (Number(end) - Number(start)) / 1000];
}

const good = Array.from({ length: 30 }, (_, i) => [record(`t${i}`, "a", "root"), record(`t${i}`, "b", "a")]).flat();
const text = csv([columns, ...good]);
const noise = Uint8Array.from({ length: 65_536 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 255);

/** Files that hold nothing that can be read, and what the one line says of them. */
const unreadable: { name: string; content: string | Uint8Array; says: string }[] = [
  { name: "empty.csv", content: "", says: "empty file" },
  { name: "header.csv", content: csv([columns]), says: "a header and no rows" },
  { name: "semicolons.csv", content: text.replaceAll(",", ";"), says: 'columns separated by ";", a comma is expected' },
  { name: "tabs.csv", content: text.replaceAll(",", "\t"), says: 'columns separated by "\\t", a comma is expected' },
  { name: "cut.csv.gz", content: gzipSync(text.repeat(40)).subarray(0, 700), says: "truncated or damaged gzip" },
  { name: "cut.json.gz", content: gzipSync(`[${text}`).subarray(0, 60), says: "truncated or damaged gzip" },
  { name: "noise.csv", content: noise, says: "binary data, neither CSV, JSON nor Parquet" },
  { name: "noise.parquet", content: new Uint8Array([...Buffer.from("PAR1"), ...noise]), says: "noise.parquet" },
  { name: "noise.json", content: new Uint8Array([...Buffer.from('[{"traceId":'), ...noise]), says: "noise.json" },
  { name: "noise.csv.gz", content: new Uint8Array([0x1f, 0x8b, 8, ...noise]), says: "damaged gzip" },
  { name: "noise.csv.zst", content: new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, ...noise]), says: "zstd" },
  { name: "utf16.csv", content: Buffer.from(`\uFEFF${text}`, "utf16le"), says: "binary data" },
  {
    name: "column.csv",
    content: csv([columns, ...good].map((row) => row.toSpliced(4, 1))),
    says: "lacks column OperationName",
  },
  {
    name: "other.csv",
    content: csv([
      ["name", "age"],
      ["x", 3],
    ]),
    says: 'no known format of traces has the columns "name", "age"',
  },
  { name: "other.json", content: '{"hello": "world"}', says: "JSON, but neither Jaeger, Zipkin v2 nor OTLP" },
  { name: "none.json", content: '{"data": []}', says: "no record of a trace" },
  { name: "deep.json", content: "[".repeat(200_000), says: "JSON, but neither" },
  { name: "line.csv", content: "x".repeat(300_000), says: "no CSV header, the first line is longer than 64 kB" },
  {
    name: "cycle.csv",
    content: csv([columns, record("t", "a", "b"), record("t", "b", "a")]),
    says: "row 1: parent-cycle; 2 of 2 rows",
  },
  {
    name: "ends.csv",
    content: csv([columns, record("t", "a", "root", { end: "999" }).with(7, "")]),
    says: "row 1, column EndTimeUnixNano: end-before-start",
  },
];

/** Rows among good ones, and the rule that the ledger has them under. */
const odd: { what: string; rows: unknown[][]; rule: string; rejected: number }[] = [
  { what: "a negative duration", rows: [record("x", "x", "root").with(7, -3)], rule: "negative-duration", rejected: 1 },
  {
    what: "an end before its start",
    rows: [record("x", "x", "root", { end: "5" }).with(7, "")],
    rule: "end-before-start",
    rejected: 1,
  },
  {
    what: "a parent cycle",
    rows: ["ab", "bc", "ca"].map(([id, parent]) => record("x", id!, parent!)),
    rule: "parent-cycle",
    rejected: 3,
  },
  { what: "no trace id", rows: [record("", "x", "root")], rule: "missing-trace-id", rejected: 1 },
  { what: "no span id", rows: [record("x", "", "root")], rule: "missing-span-id", rejected: 1 },
  {
    what: "a time that is no number",
    rows: [record("x", "x", "root", { start: "soon" })],
    rule: "bad-number",
    rejected: 1,
  },
  {
    what: "a time beyond 64 bits",
    rows: [record("x", "x", "root", { start: "9".repeat(30) })],
    rule: "bad-number",
    rejected: 1,
  },
  { what: "too few columns", rows: [["x", "y"]], rule: "malformed-line", rejected: 1 },
  { what: "NUL in a name", rows: [record("x", "x", "root", { name: "a\0b" })], rule: "nul-in-text", rejected: 0 },
  { what: "a parent that is not there", rows: [record("x", "x", "gone")], rule: "missing-parent", rejected: 0 },
];

describe("palette fit of bad input", () => {
  it.each(unreadable)("$name: one line, no topology", ({ name, content, says }) => {
    const cwd = fresh();
    writeFileSync(join(cwd, name), content);
    const run = runPalette(["fit", name], { cwd });
    expect(errorOf(run)).toMatch(new RegExp(`^palette fit: ${name}[:,] `));
    expect(errorOf(run)).toContain(says);
    expect(run.status).toBe(1);
    expect(namesIn(cwd)).toEqual([name]);
  });

  it("lists every such file as skipped beside traces, and reads the traces", () => {
    const cwd = fresh();
    const files = unreadable.filter(({ name }) => !["none.json", "cycle.csv", "ends.csv", "noise.json"].includes(name));
    mkdirSync(join(cwd, "in"));
    for (const { name, content } of files) writeFileSync(join(cwd, "in", name), content);
    writeFileSync(join(cwd, "in/good.csv"), text);
    const { ledger } = jsonOf(runPalette(["fit", "in", "--json"], { cwd })) as { ledger: Ledger };
    expect(ledger).toMatchObject({ read: 60, accepted: 60, rejected: 0 });
    const skipped = ledger.rules.filter(({ action }) => action === "skipped");
    expect(skipped.map(({ file }) => file).sort()).toEqual(files.map(({ name }) => `in/${name}`).sort());
    for (const { reason } of skipped) expect(reason).toMatch(/^[^\n]+$/);
    expect(runPalette(["fit", "in"], { cwd }).stdout).toContain(`  skipped  ${files.length} files, such as in/`);
    const { stdout } = runPalette(["fit", "in", "--verbose"], { cwd });
    for (const { name } of files) expect(stdout).toMatch(new RegExp(`^  skipped  in/${name}: \\S`, "m"));
  });

  it.each(odd)("$what: in the ledger under $rule", ({ rows, rule, rejected }) => {
    const cwd = fresh();
    writeFileSync(join(cwd, "rows.csv"), csv([columns, ...good, ...rows]));
    const { ledger } = jsonOf(runPalette(["fit", "rows.csv", "--json"], { cwd })) as { ledger: Ledger };
    const read = good.length + rows.length;
    expect(ledger).toMatchObject({ read, accepted: read - rejected, merged: 0, rejected });
    const found = ledger.rules.find((entry) => entry.rule === rule);
    expect(found).toMatchObject({ file: "rows.csv", example: good.length + 1, rows: rejected || 1 });
  });

  it("takes ids of 10 kB, and names with markup, quotes, newlines and terminal codes as they are", () => {
    const cwd = fresh();
    const long = "x".repeat(10_000);
    const names = [
      `<script>alert("1")</script>`,
      `a'; DROP TABLE spans; --`,
      "two\nlines",
      "\u001b[31mred\u0007",
      "$(x)`y`",
      long,
    ];
    const rows = names.map((name, i) => record(`${long}${i}`, `${long}s`, "root", { name }));
    writeFileSync(join(cwd, "names.csv"), csv([columns, ...good, ...rows]));
    const run = runPalette(["fit", "names.csv"], { cwd });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(run.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const written = readFileSync(join(cwd, "topology.json"), "utf8");
    expect(topologyFaults(written)).toEqual([]);
    const topology = JSON.parse(written) as Topology;
    expect(topology.apis.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    const outputs = ["t.jsonl", "t.csv", "t.parquet"];
    for (const output of outputs) {
      expect(runPalette(["simulate", "topology.json", "-n", "300", "-o", output], { cwd }).stderr).toBe("");
      expect(jsonOf(runPalette(["fit", output, "-o", "again.json", "--json"], { cwd }))).toMatchObject({
        ledger: { rejected: 0 },
      });
      const again = JSON.parse(readFileSync(join(cwd, "again.json"), "utf8")) as Topology;
      expect(again.apis.map(({ name }) => name).sort()).toEqual(topology.apis.map(({ name }) => name).sort());
    }
  });

  it("does not believe a Parquet footer that claims a billion rows", async () => {
    const { billion, consistent } = await makeSamples();
    const cwd = fresh();
    const mapping = { trace: "t", span: "t", service: "t", operation: "t", start: "n", duration: "n" };
    writeFileSync(join(cwd, "map.json"), JSON.stringify(mapping));
    for (const [name, bytes] of Object.entries({ billion, consistent })) {
      writeFileSync(join(cwd, `${name}.parquet`), bytes);
      const run = runPalette(["fit", `${name}.parquet`, "--mapping", "map.json"], { cwd });
      expect(errorOf(run)).toMatch(new RegExp(`^palette fit: ${name}\\.parquet: `));
    }
    expect(namesIn(cwd)).toEqual(["billion.parquet", "consistent.parquet", "map.json"]);
  });

  it("says that a folder or a file must not be read", ({ skip }) => {
    const root = process.getuid?.() === 0;
    const uid = root ? 65_534 : undefined;
    const cwd = fresh();
    for (const place of [folder, cwd]) chmodSync(place, 0o777);
    if (root && runPalette(["--version"], { cwd, uid }).status !== 0)
      skip("another user cannot run the command line here");
    mkdirSync(join(cwd, "closed"));
    mkdirSync(join(cwd, "open"));
    writeFileSync(join(cwd, "closed/good.csv"), text);
    writeFileSync(join(cwd, "secret.csv"), text);
    writeFileSync(join(cwd, "open/good.csv"), text);
    for (const place of ["closed", "secret.csv"]) chmodSync(join(cwd, place), 0);
    chmodSync(join(cwd, "open"), 0o555);
    expect(errorOf(runPalette(["fit", "closed"], { cwd, uid }))).toMatch(
      /^palette fit: closed: no permission to read it$/,
    );
    expect(errorOf(runPalette(["fit", "secret.csv"], { cwd, uid }))).toMatch(
      /^palette fit: secret\.csv: no permission to read it$/,
    );
    expect(errorOf(runPalette(["fit", "."], { cwd, uid }))).toMatch(/^palette fit: closed: no permission to read it$/);
    const error = errorOf(runPalette(["fit", "open", "-o", "open/topology.json"], { cwd, uid }));
    expect(error).toBe("palette fit: open/topology.json: cannot be written: permission denied");
    expect(namesIn(join(cwd, "open"))).toEqual(["good.csv"]);
  });

  it("leaves nothing on a disk that is full", ({ skip }) => {
    const cwd = fresh();
    const disk = join(cwd, "disk");
    mkdirSync(disk);
    writeFileSync(join(cwd, "good.csv"), text);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], { stdio: "ignore" });
    } catch {
      skip("a small disk can be mounted by root alone");
    }
    try {
      expect(runPalette(["fit", "good.csv"], { cwd }).stderr).toBe("");
      writeFileSync(join(disk, "old.jsonl"), "old");
      for (const output of ["x.jsonl", "x.csv", "x.parquet", "old.jsonl"]) {
        const error = errorOf(runPalette(["simulate", "topology.json", "-o", `disk/${output}`], { cwd }));
        expect(error).toMatch(new RegExp(`^palette simulate: disk/${output}: cannot be written: .*no space`, "i"));
      }
      expect(namesIn(disk)).toEqual(["old.jsonl"]);
      expect(readFileSync(join(disk, "old.jsonl"), "utf8")).toBe("old");
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});
