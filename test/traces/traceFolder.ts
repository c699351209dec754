import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll } from "vitest";

/** A folder for the files of a test; it goes when the tests of the file are over. */
export class TraceFolder {
  readonly path = mkdtempSync(join(tmpdir(), "palette-traces-"));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Writes a file and gives its path; gzip where the name ends in `.gz`. */
  write(name: string, content: string | Uint8Array): string {
    const path = join(this.path, name);
    writeFileSync(path, name.endsWith(".gz") ? gzipSync(content) : content);
    return path;
  }
}

/** CSV with RFC 4180 quotes where a value needs them. */
export function csv(rows: readonly (readonly unknown[])[]): string {
  const field = (value: unknown) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${rows.map((row) => row.map(field).join(",")).join("\n")}\n`;
}
