import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, Scan } from "../../lib/engine/engine.ts";

/** An engine, and a way to give it files. */
export interface EngineWithFiles {
  engine: Engine;
  /** Makes a file known to the engine and tells the path to it; folders in the name appear by themselves. */
  put(name: string, bytes: Uint8Array): Promise<string>;
}

/** Files that no code here can make: zstd and Parquet. */
export interface Samples {
  /** zstd of the text `a,b\n1,x\n2,y\n`, with a checksum. */
  zstd: Uint8Array;
  /** `n` DOUBLE 0 to 4999, `t` VARCHAR `text <n>`, `l` DOUBLE[] of n and n. */
  parquet: Uint8Array;
  /** The same, with a footer that claims a billion rows in its row group and columns. */
  billion: Uint8Array;
  /** The same, with a billion rows wherever the footer claims any. */
  consistent: Uint8Array;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const gzip = (text: string) => new Uint8Array(gzipSync(text));

/** What files and scans must do, in every engine. */
export function scanContract(
  name: string,
  open: () => Promise<EngineWithFiles>,
  samples: () => Promise<Samples>,
): void {
  describe(`${name}: files and scans`, () => {
    let engine: Engine;
    let put: EngineWithFiles["put"];
    beforeAll(async () => {
      ({ engine, put } = await open());
    });
    afterAll(() => engine?.close());

    const rowsOf = async (sql: string) => (await engine.query(sql)).toArray().map((row) => row.toJSON());

    /** All rows as tuples in file order, and the rejects as tuples. */
    async function readAll(scan: Scan) {
      await engine.query(`CREATE OR REPLACE TABLE scanned AS SELECT * FROM ${scan.relation}`);
      const rows = await rowsOf("SELECT * FROM scanned ORDER BY rowid");
      const rejects = await rowsOf(
        `SELECT file, record::INTEGER AS record, reason FROM ${await scan.rejects()} ORDER BY ALL`,
      );
      await scan.release();
      return { rows: rows.map((row) => Object.values(row)), rejects: rejects.map((row) => Object.values(row)) };
    }

    test("lists a file, a folder and a glob in order of path, hidden files left out", async () => {
      const inner = await put("tree/b/x.csv", bytes("1"));
      const outer = await put("tree/a.csv", bytes("22"));
      await put("tree/.hidden/y.csv", bytes("3"));
      const other = await put("tree/b/[z] *.txt", bytes("333"));
      const root = outer.slice(0, -"/a.csv".length);
      const paths = async (address: string) => (await engine.files(address)).map(({ path }) => path);
      expect(await engine.files(outer)).toEqual([{ path: outer, size: 2 }]);
      expect(await paths(root)).toEqual([outer, other, inner]);
      expect(await paths(`${root}/`)).toEqual([outer, other, inner]);
      expect(await paths(other)).toEqual([other]);
      expect(await paths(`${root}/*.csv`)).toEqual([outer]);
      expect(await paths(`${root}/**/*.csv`)).toEqual([outer, inner]);
      expect(await paths(`${root}/?/[!a-w].csv`)).toEqual([inner]);
      for (const missing of [`${root}/none.csv`, `${root}/none*`, `${outer}/deeper`]) {
        await expect(engine.files(missing)).rejects.toThrow(/^[^\n]*(none\.csv|none\*|deeper)[^\n]*: no [^\n]+$/);
      }
    });

    test("opens a file as it is stored", async () => {
      const stored = gzip("some text ".repeat(50_000));
      const path = await put("stored.gz", stored);
      const read = new Uint8Array(await new Response(await engine.open(path)).arrayBuffer());
      expect(Buffer.compare(read, stored)).toBe(0);
      await expect(engine.open(`${path}.none`)).rejects.toThrow(/^[^\n]*stored\.gz\.none: no such file[^\n]*$/);
    });

    test("scans CSV of every line end, quotes and a byte order mark", async () => {
      const expected = [
        ["1", 'say "x"', 0],
        ["2", "two\nlines, one field", 0],
        ["3", null, 0],
      ];
      const text = 'a,b\n1,"say ""x"""\n2,"two\nlines, one field"\n\n3,\n';
      const rows = text.split(/\n(?!lines)/).join("\r\n");
      for (const [i, variant] of [text, rows, text.slice(0, -1), `\uFEFF${text}`].entries()) {
        const path = await put(`plain-${i}.csv`, bytes(variant));
        const scan = await engine.scan(path, { format: "csv", columns: ["a", "b"] });
        expect(scan.columns).toEqual(["a", "b"]);
        expect(await readAll(scan)).toEqual({ rows: expected, rejects: [] });
      }
    });

    test("scans without a header, and with another delimiter", async () => {
      const path = await put("tabs.tsv", bytes("1\tx\n2\ty\n"));
      const scan = await engine.scan(path, { format: "csv", columns: ["a", "b"], header: false, delimiter: "\t" });
      expect((await readAll(scan)).rows).toEqual([
        ["1", "x", 0],
        ["2", "y", 0],
      ]);
    });

    test("keeps hostile column names apart, and takes hostile file names as they are", async () => {
      const columns = ["", "A", "a", "#file", "x'\"; --", "select"];
      const path = await put(`o'dd [x]*? "${"n".repeat(80)}".csv`, bytes(`${columns.join(",")}\n1,2,3,4,5,6\n`));
      const scan = await engine.scan([path], { format: "csv", columns });
      expect(scan.columns).toEqual(["column0", "A", "a_2", "#file", "x'\"; --", "select"]);
      expect(scan.file).toBe('"#file_2"');
      expect(await readAll(scan)).toEqual({ rows: [["1", "2", "3", "4", "5", "6", 0]], rejects: [] });
    });

    test("tells compression by content, and reads plain, gzip and zstd files in one scan", async () => {
      const paths = [
        await put("mixed/1.csv", bytes("a,b\n1,x\n2,y\n")),
        await put("mixed/2.gz.csv", new Uint8Array(Buffer.concat([gzip("a,b\n1,x\n"), gzip("2,y\n")]))),
        await put("mixed/3.gz", (await samples()).zstd),
        await put("mixed/4.csv.zst", bytes("a,b\n1,x\nbad\n2,y\n")),
        await put("mixed/5", bytes("")),
      ];
      const scan = await engine.scan(paths, { format: "csv", columns: ["a", "b"] });
      const { rows, rejects } = await readAll(scan);
      const byFile = [0, 1, 2, 3, 4].map((file) => rows.filter((row) => row[2] === file).map(([a, b]) => `${a}${b}`));
      const both = ["1x", "2y"];
      expect(byFile).toEqual([both, both, both, both, []]);
      expect(rejects).toEqual([[3, 2, "missing-columns"]]);
    });

    test("numbers the records of many files by rowid", async () => {
      const count = 3000;
      const lines = Array.from({ length: count }, (_, i) => `${i},${"x".repeat(i % 50)}\n`).join("");
      const paths: string[] = [];
      for (let i = 0; i < 5; i++) paths.push(await put(`many/${i}.csv.gz`, gzip(`a,b\n${lines}`)));
      const scan = await engine.scan(paths, { format: "csv", columns: ["a", "b"] });
      await engine.query(
        `CREATE TABLE many_files AS SELECT a::INTEGER AS a, ${scan.file} AS file FROM ${scan.relation}`,
      );
      await scan.release();
      const moved = await rowsOf(`
        SELECT count(*)::INTEGER AS n, sum(abs(m.rowid - f.first - a))::DOUBLE AS moved
        FROM many_files m JOIN (SELECT file, min(rowid) AS first FROM many_files GROUP BY file) f USING (file)`);
      expect(moved).toEqual([{ n: 5 * count, moved: 0 }]);
    });

    test("leaves out lines that do not fit, and tells where and why", async () => {
      const long = "i".repeat(10_000);
      const parts = [
        bytes(`a,b\n1,2\nshort\n3,4\nx,y,z\n${long},"${long}"\n`),
        new Uint8Array([0xff, 0xfe, 0x2c, 0x31, 0x0a]),
        bytes(`5,6\n"x"y,7\n8,9\n${"w".repeat(3_000_000)},1\n10,11\n"open,12\n`),
      ];
      const path = await put("bad.csv", new Uint8Array(Buffer.concat(parts)));
      for (const file of [path, await put("bad.csv.gz", new Uint8Array(gzipSync(Buffer.concat(parts))))]) {
        const scan = await engine.scan(file, { format: "csv", columns: ["a", "b"] });
        const { rows, rejects } = await readAll(scan);
        expect(rows.map(([a, b]) => [String(a).length > 9 ? "long" : a, String(b).length > 9 ? "long" : b])).toEqual([
          ["1", "2"],
          ["3", "4"],
          ["long", "long"],
          ["5", "6"],
          ["8", "9"],
          ["10", "11"],
        ]);
        expect(rejects).toEqual([
          [0, 2, "missing-columns"],
          [0, 4, "too-many-columns"],
          [0, 6, "invalid-encoding"],
          [0, 8, "misplaced-quote"],
          [0, 10, "line-too-long"],
          [0, 12, "misplaced-quote"],
        ]);
      }
    });

    test("keeps its rejects apart from those of other scans, and counts each once", async () => {
      const path = await put("twice.csv", bytes("a,b\n1,2\nbad\n"));
      const scans = await Promise.all([1, 2].map(() => engine.scan(path, { format: "csv", columns: ["a", "b"] })));
      for (const scan of scans) {
        await engine.query(`SELECT count(*) FROM ${scan.relation}`);
        const { rows, rejects } = await readAll(scan);
        expect([rows, rejects]).toEqual([[["1", "2", 0]], [[0, 2, "missing-columns"]]]);
      }
    });

    test("survives bytes that are no text, whatever columns are read", async () => {
      let state = 7;
      const noise = Uint8Array.from({ length: 200_000 }, () => {
        state = (state * 1103515245 + 12345) % 2147483648;
        const byte = state >> 16;
        return byte % 5 === 0 ? 0x2c : byte % 31 === 0 ? 0x0a : byte & 0xff;
      });
      const path = await put("noise.csv", noise);
      for (const select of ["count(*)", "max(c)", "max(a), max(c)", "*"]) {
        const scan = await engine.scan(path, { format: "csv", columns: ["a", "b", "c"] });
        const read = await engine
          .query(`SELECT ${select} FROM ${scan.relation}`)
          .catch((error: Error) => error.message);
        if (typeof read === "string") expect(read).toMatch(/^[^\n]*noise\.csv[^\n]*$/);
        await scan.release();
      }
      expect(await rowsOf("SELECT 1 AS a")).toEqual([{ a: 1 }]);
    });

    test("finds truncated and damaged files, by name", async () => {
      const text = `a,b\n${Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${i}\n`).join("")}`;
      const whole = gzip(text);
      const flipped = whole.slice();
      flipped[flipped.length - 6]! ^= 0xff;
      const { zstd } = await samples();
      const damaged: [string, Uint8Array][] = [
        ["half.csv.gz", whole.slice(0, whole.length / 2)],
        ["tail.csv.gz", whole.slice(0, -8)],
        ["checksum.csv.gz", flipped],
        ["half.csv.zst", zstd.slice(0, zstd.length - 9)],
        ["garbage.csv.gz", new Uint8Array(Buffer.concat([gzip("a,b\n1,2\n"), bytes("garbage at the end")]))],
        ["swallowed.csv", bytes(`a,b\n1,2\n"3,4\n${"5,6\n".repeat(10_000)}`)],
      ];
      for (const [file, content] of damaged) {
        const path = await put(file, content);
        const read = async () => {
          const scan = await engine.scan(path, { format: "csv", columns: ["a", "b"] });
          try {
            await readAll(scan);
          } finally {
            await scan.release();
          }
        };
        const failure = await read().then(
          () => "no failure",
          (error: Error) => error.message,
        );
        expect(failure).toMatch(/^[^\n]+$/);
        expect(failure).toContain(file);
      }
      await expect(engine.scan("nowhere.csv", { format: "csv", columns: ["a"] })).rejects.toThrow(
        /nowhere\.csv: no such/,
      );
    });

    test("scans Parquet with its own types", async () => {
      const { parquet } = await samples();
      const paths = [await put("p1.parquet", parquet), await put("p[2].parquet", parquet)];
      const scan = await engine.scan(paths, { format: "parquet" });
      expect(scan.columns).toEqual(["n", "t", "l"]);
      const counted = await rowsOf(`
        SELECT ${scan.file} AS file, count(*)::INTEGER AS rows, sum(n) AS total, sum(l[2]) AS lists,
          count(*) FILTER (t = 'text ' || n::BIGINT)::INTEGER AS texts
        FROM ${scan.relation} GROUP BY 1 ORDER BY 1`);
      const file = { rows: 5000, total: 12_497_500, lists: 12_497_500, texts: 5000 };
      expect(counted).toEqual([
        { file: 0, ...file },
        { file: 1, ...file },
      ]);
      expect(await rowsOf(`SELECT count(*)::INTEGER AS n FROM ${await scan.rejects()}`)).toEqual([{ n: 0 }]);
      await scan.release();
    });

    test("refuses damaged Parquet in one line that names the file", async () => {
      const { parquet, billion, consistent } = await samples();
      const hole = parquet.slice();
      hole.fill(0x55, 100, 4000);
      const damaged: [string, Uint8Array][] = [
        ["half.parquet", parquet.slice(0, parquet.length / 2)],
        ["empty.parquet", new Uint8Array(0)],
        ["text.parquet", bytes("PAR1 and then nothing of the kind PAR1")],
        ["hole.parquet", hole],
        ["billion.parquet", billion],
        ["consistent.parquet", consistent],
      ];
      for (const [name, content] of damaged) {
        const path = await put(name, content);
        const read = async () => {
          const scan = await engine.scan(path, { format: "parquet" });
          await readAll(scan);
        };
        const failure = await read().then(
          () => "no failure",
          (error: Error) => error.message,
        );
        expect(failure).toMatch(/^[^\n]+$/);
        expect(failure).toContain(name);
      }
    });
  });
}
