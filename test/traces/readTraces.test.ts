import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { type ReadOptions, readTraces } from "../../lib/traces/readTraces.ts";
import { describeWithDatasets } from "./sharedDatasets.ts";
import { csv, TraceFolder } from "./traceFolder.ts";

const engine = await openDuckDBNode({ threads: 2 });
afterAll(() => engine.close());
const folder = new TraceFolder();
let schemas = 0;

/** Reads addresses into a data set of their own, and checks that the ledger adds up. */
async function read(addresses: string | string[], options?: ReadOptions) {
  const dataset = { engine, schema: `read ${schemas++}` };
  const result = await readTraces(dataset, typeof addresses === "string" ? [addresses] : addresses, options);
  const ledger = await readLedger(dataset);
  const rows = async (sql: string) => (await engine.query(sql.replaceAll("$", `"${dataset.schema}"`))).toArray();
  const [counted] = await rows("SELECT count(*) FILTER (row > 0)::DOUBLE AS n FROM $.spans");
  const [meta] = await rows(`
    SELECT coalesce(sum(estimated_size), 0)::DOUBLE AS n FROM duckdb_tables()
    WHERE schema_name = '${dataset.schema}' AND table_name LIKE 'meta_%'`);
  expect(ledger.read).toBe(result.files.reduce((sum, file) => sum + file.rows, 0));
  expect(ledger.accepted).toBe(counted.n + meta.n);
  const [rejected] = await rows("SELECT count(*)::DOUBLE AS n FROM $.rejected");
  expect(ledger.rejected).toBe(rejected.n);
  return { dataset, ...result, ledger, rows };
}

const header = [
  "TraceID",
  "SpanID",
  "ParentID",
  "PodName",
  "OperationName",
  "StartTimeUnixNano",
  "EndTimeUnixNano",
  "Duration",
];
const epoch = 1_661_140_374_351_773_094n;
const row = (trace: string, span: string, parent: string, start: bigint, length: bigint) => [
  ...[trace, span, parent, "cart-579f59597d-wc2lz", "GetCart", epoch + start, epoch + start + length, length / 1000n],
];
const good = csv([header, row("t1", "a", "root", 0n, 5_001n), row("t1", "b", "a", 1n, 2_000n)]);

describe("readTraces", () => {
  it("reads files, globs and folders, each once, and keeps the ns", async () => {
    const path = folder.write("good.csv", good);
    folder.write("good.csv.gz", good.replaceAll("t1", "t2"));
    const { files, rows } = await read([path, join(folder.path, "good.*"), path]);
    expect(files.map(({ format, rows }) => [format, rows])).toEqual([
      ["nezha", 2],
      ["nezha", 2],
    ]);
    expect(
      await rows("SELECT trace, id, parent, service, start, duration, row::INT AS row FROM $.spans ORDER BY trace, id"),
    ).toMatchObject([
      { trace: "t1", id: "a", parent: null, service: "cart", start: 0, duration: 5.001, row: 1 },
      { trace: "t1", id: "b", parent: "a", service: "cart", start: 0.001, duration: 2, row: 2 },
      { trace: "t2", id: "a" },
      { trace: "t2", id: "b" },
    ]);
    const [origin] = await rows("SELECT origin_ns::VARCHAR AS ns FROM $.origin");
    expect(origin.ns).toBe(String(epoch));
  });

  it("takes columns in any order and case, and further ones", async () => {
    const shuffled = [...header.keys()].sort((a, b) => ((a * 5) % 8) - ((b * 5) % 8));
    const lines = [header.map((name) => name.toUpperCase()), row("t", "a", "root", 0n, 5_001n)];
    const path = folder.write(
      "order.csv",
      csv(lines.map((line, i) => [i === 0 ? "" : i, ...shuffled.map((k) => line[k]), "x"])),
    );
    const { rows } = await read(path);
    expect(await rows("SELECT trace, operation, duration FROM $.spans")).toMatchObject([
      { trace: "t", operation: "GetCart", duration: 5.001 },
    ]);
  });

  it("reads zstd, and gzip that is named otherwise", async () => {
    const plain = folder.write("plain.csv", good);
    const zstd = join(folder.path, "squeezed.bin");
    await engine.query(
      `COPY (FROM read_csv('${plain}', all_varchar = true)) TO '${zstd}' (FORMAT csv, COMPRESSION zstd)`,
    );
    expect([...readFileSync(zstd).subarray(0, 4)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
    const gzip = folder.write("named.csv", gzipSync(good.replaceAll("t1", "t2")));
    const { ledger } = await read([zstd, gzip]);
    expect(ledger).toMatchObject({ read: 4, accepted: 4 });
  });

  it("rejects rows by named rules, with the record's number and the value", async () => {
    const lines = [
      header,
      row("t", "a", "root", 0n, 5_000n),
      row("", "b", "a", 1n, 1_000n),
      row("t", "", "a", 1n, 1_000n),
      ["t", "c", "a", "p", "o", "soon", "2", "3"],
      ["too", "short"],
      row("t", "d", "a", 9n, -1_000_000n).with(7, 1n),
      row("t", "e", "a", 9n, 1_000n).with(7, -5n),
      row("t", "f", "a", 9n, 1_000n).with(3, "NAN"),
      [...row("t", "g", "a", 1n, 1n), "one", "more"],
      row("t", "h", "a", 1n, 1_000n),
    ];
    const path = folder.write("rules.csv", csv(lines));
    const { ledger, rows } = await read(path);
    expect(ledger).toMatchObject({ read: 10, accepted: 3, merged: 0, rejected: 7 });
    expect(ledger.rules.map(({ rule, action, rows, example }) => [rule, action, rows, example])).toEqual([
      ["bad-number", "rejected", 1, 4],
      ["end-before-start", "rejected", 1, 6],
      ["malformed-line", "rejected", 2, 5],
      ["missing-span-id", "rejected", 1, 3],
      ["missing-trace-id", "rejected", 1, 2],
      ["negative-duration", "rejected", 1, 7],
      ["unknown-name", "repaired", 1, 8],
    ]);
    expect(
      await rows(`SELECT row::INT AS row, rule, "column", value FROM $.rejected WHERE rule = 'bad-number'`),
    ).toMatchObject([{ row: 4, rule: "bad-number", column: "StartTimeUnixNano", value: "soon" }]);
    expect(await rows("SELECT id, service, row::INT AS row FROM $.spans ORDER BY row")).toMatchObject([
      { id: "a", row: 1 },
      { id: "f", service: "(unknown)", row: 8 },
      { id: "h", row: 10 },
    ]);
  });

  it("puts damaged files aside and reads the rest", async () => {
    const many = csv([
      header,
      ...Array.from({ length: 20_000 }, (_, i) => row("t", `s${i}`, "root", BigInt(i), 1_000n)),
    ]);
    const cut = folder.write("cut.csv.gz", many);
    truncateSync(cut, readFileSync(cut).length - 20_000);
    const bad = {
      "empty.csv": "",
      "header.csv": `${header.join(",")}\n`,
      "semicolons.csv": good.replaceAll(",", ";"),
      "column.csv": good.replace("SpanID", "Spam"),
    };
    const paths = Object.entries(bad).map(([name, content]) => folder.write(name, content));
    const noise = folder.write(
      "noise.csv",
      Uint8Array.from({ length: 999 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 255),
    );
    const { files, skipped, ledger } = await read([folder.write("fine.csv", good), cut, ...paths, noise]);
    expect(files.map(({ path }) => path)).toEqual([join(folder.path, "fine.csv")]);
    expect(ledger.read).toBe(2);
    expect(ledger.rules.map(({ rule, action, rows }) => [rule, action, rows])).toEqual(
      skipped.map(() => ["unreadable-file", "skipped", 0]),
    );
    expect(Object.fromEntries(skipped.map(({ path, reason }) => [path.slice(folder.path.length + 1), reason]))).toEqual(
      {
        "cut.csv.gz": expect.stringMatching(/truncated|damaged/),
        "empty.csv": "empty file, a CSV, JSON or Parquet of traces is expected",
        "header.csv": "a header and no rows",
        "semicolons.csv": 'columns separated by ";", a comma is expected',
        "column.csv": "lacks column SpanID, which Nezha CSV needs",
        "noise.csv": "binary data, neither CSV, JSON nor Parquet",
      },
    );
    for (const path of [cut, ...paths, noise]) {
      await expect(read(path)).rejects.toThrow(
        new RegExp(`^[^\\n]*${path.slice(path.lastIndexOf("/") + 1)}: [^\\n]+$`),
      );
    }
  });

  it("skips other files of a folder, but not one that is named itself", async () => {
    const other = new TraceFolder();
    other.write("traces.csv", good);
    const readme = other.write("README.md", "# Traces\n\nof nothing\n");
    other.write("faults.json", '{"03": [{"inject_time": "2022-08-22 03:53:54"}]}');
    const { files, skipped } = await read(other.path);
    expect(files.length).toBe(1);
    expect(skipped.every(({ rule }) => rule === "not-traces")).toBe(true);
    expect(skipped.map(({ path, reason }) => ({ path, reason }))).toEqual(
      [
        { path: readme, reason: 'no CSV, JSON or Parquet of traces, the first line is "# Traces"' },
        { path: join(other.path, "faults.json"), reason: "JSON, but neither Jaeger, Zipkin v2 nor OTLP" },
      ].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
    await expect(read([join(other.path, "traces.csv"), readme])).rejects.toThrow(`${readme}: no CSV, JSON or Parquet`);
  });

  it("names the row, column and value where no row can be read", async () => {
    const path = folder.write("all.csv", csv([header, ["t", "c", "a", "p", "o", "soon", "2", "3"]]));
    await expect(read(path)).rejects.toThrow(
      `${path}, row 1, column StartTimeUnixNano: bad-number "soon"; no row can be read`,
    );
  });

  it("takes hostile names as data", async () => {
    const names = [
      "<img src=x onerror=alert(1)>",
      "'; DROP TABLE spans; --",
      'a "quoted"\nname',
      "é,🦆",
      "x".repeat(10_000),
    ];
    const lines = names.map((name, i) => row(name, `${i}`, "root", 0n, 1n).with(3, name).with(4, name));
    const { rows } = await read(folder.write('hostile\'s, "name".csv', csv([header, ...lines])));
    const spans = await rows("SELECT trace, service, operation FROM $.spans ORDER BY row");
    expect(spans.map((span) => [span.trace, span.service, span.operation])).toEqual(
      names.map((name) => [name, name, name]),
    );
  });

  it("stops when it is told to", async () => {
    const path = folder.write("stop.csv", good);
    await expect(read(path, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("gives back the rows that were written", async () => {
    const name = fc
      .string({ minLength: 1, unit: "binary" })
      .filter((text) => !/[\0\r]|[\uD800-\uDFFF]/.test(text) && text.trim() === text);
    const span = fc.record({
      trace: name,
      id: name,
      operation: name.filter((text) => !["NAN", "NaN", "nan", "UNKNOWN", "UNAVAILABLE", "(?)"].includes(text)),
      start: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      length: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 20 }), fc.boolean(), async (spans, zipped) => {
        const lines = spans.map(({ trace, id, operation, start, length }) =>
          row(trace, id, "root", start, length).with(4, operation),
        );
        const { rows } = await read(folder.write(zipped ? "some.csv.gz" : "some.csv", csv([header, ...lines])));
        const found = await rows("SELECT trace, id, operation, start, duration FROM $.spans ORDER BY row");
        const origin = spans.map(({ start }) => start).sort((a, b) => (a < b ? -1 : 1))[0]!;
        expect(found.map((each) => ({ ...each }))).toEqual(
          spans.map(({ trace, id, operation, start, length }) => ({
            ...{ trace, id, operation, start: Number(start - origin) / 1000, duration: Number(length) / 1000 },
          })),
        );
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("accounts for every row of damaged input, or refuses it in one line", async () => {
    const lines = csv([
      header,
      ...Array.from({ length: 40 }, (_, i) => row(`t${i % 7}`, `s${i}`, "root", BigInt(i), 1_000n)),
    ]);
    const damage = fc.array(
      fc.tuple(fc.nat(lines.length - 1), fc.constantFrom("", "\n", '"', ",", "\0", "\xff", "-", "x,y", ",,,,,,,,,")),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    await fc.assert(
      fc.asyncProperty(damage, fc.option(fc.nat(100)), async (places, cut) => {
        let text = lines;
        for (const [at, put] of places) text = text.slice(0, at) + put + text.slice(at + 1);
        const bytes = Buffer.from(text, "latin1");
        const zipped = cut === null ? bytes : gzipSync(bytes).subarray(0, Math.max(1, gzipSync(bytes).length - cut));
        try {
          await read(folder.write("damaged", zipped));
        } catch (error) {
          if ((error as Error).name === "AssertionError") throw error;
          expect((error as Error).message).toMatch(/^\S+damaged[:,] [^\n]+$/);
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});

describeWithDatasets("readTraces on genuine traces", (datasets) => {
  const folders = readdirSync(datasets, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  it.each(folders.map(({ name }) => name))(
    "accounts for every row of %s",
    async (name) => {
      const { files, ledger } = await read(join(datasets, name));
      expect(files.length).toBeGreaterThan(0);
      expect(ledger.read).toBe(ledger.accepted + ledger.merged + ledger.rejected);
    },
    120_000,
  );

  it("reads every row of Nezha, in order, by its service", async () => {
    const minutes = join(datasets, "nezha", "rca_data-2023-01-29");
    const lines = readdirSync(minutes).flatMap((name) => {
      const text = gunzipSync(readFileSync(join(minutes, name))).toString();
      return text.trimEnd().split("\n").slice(1);
    });
    const { ledger, rows } = await read(minutes);
    expect(ledger).toMatchObject({ read: lines.length, rejected: 0, rules: [] });
    const fields = lines.map((line) => line.split(","));
    const found = await rows("SELECT id, duration, start, service FROM $.spans ORDER BY file, row");
    const origin = BigInt(fields.map((each) => each[5]!).sort()[0]!);
    for (let i = 0; i < fields.length; i += 997) {
      const [, id, , pod, , start, end] = fields[i]!;
      expect({ ...found[i] }).toEqual({
        id,
        duration: Number(BigInt(end!) - BigInt(start!)) / 1000,
        start: Number(BigInt(start!) - origin) / 1000,
        service: pod!.split("-").slice(0, -2).join("-"),
      });
    }
  }, 60_000);
});
