import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileBelow, sendFile } from "../../build/sendFile.ts";

const root = mkdtempSync(join(tmpdir(), "palette-files-"));
const folder = join(root, "data");
mkdirSync(join(folder, "deep"), { recursive: true });
writeFileSync(join(root, "secret.txt"), "secret");
writeFileSync(join(root, "data-secret.txt"), "secret");
writeFileSync(join(folder, "a.csv"), "0123456789");
writeFileSync(join(folder, "empty.csv"), "");
writeFileSync(join(folder, ".hidden"), "x");
writeFileSync(join(folder, "deep", "b.csv"), "b");
symlinkSync(join(root, "secret.txt"), join(folder, "out.txt"));
symlinkSync(root, join(folder, "up"));
symlinkSync(join(folder, "a.csv"), join(folder, "in.csv"));

describe("fileBelow", () => {
  test("finds files below the folder, also by a link that stays inside", async () => {
    expect(await fileBelow(folder, "a.csv")).toMatch(/a\.csv$/);
    expect(await fileBelow(folder, "deep/b.csv")).toMatch(/b\.csv$/);
    expect(await fileBelow(folder, "in.csv")).toMatch(/a\.csv$/);
  });

  test.each([
    "../secret.txt",
    "deep/../../secret.txt",
    "out.txt",
    "up/secret.txt",
    "../data-secret.txt",
    ".hidden",
    "deep",
    "",
    "deep//b.csv",
    "/etc/passwd",
    "..\\secret.txt",
    "a.csv\0",
    "./a.csv",
    "missing",
  ])("%j leads nowhere", async (path) => expect(await fileBelow(folder, path)).toBeUndefined());
});

describe("sendFile", () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer(
      (request, response) => void sendFile(request, response, join(folder, request.url!.slice(1)), "text/csv"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("all of it, a range, and nothing when it is known already", async () => {
    const whole = await fetch(`${address}/a.csv`);
    expect([whole.status, await whole.text()]).toEqual([200, "0123456789"]);
    const cached = await fetch(`${address}/a.csv`, { headers: { "if-none-match": whole.headers.get("etag")! } });
    expect(cached.status).toBe(304);
    for (const [range, text] of [
      ["bytes=2-4", "234"],
      ["bytes=7-", "789"],
      ["bytes=-2", "89"],
      ["bytes=8-99", "89"],
    ]) {
      const part = await fetch(`${address}/a.csv`, { headers: { range } });
      expect([part.status, await part.text()]).toEqual([206, text]);
    }
    expect((await fetch(`${address}/a.csv`, { headers: { range: "bytes=10-" } })).status).toBe(416);
    const head = await fetch(`${address}/a.csv`, { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["10", ""]);
    expect(await (await fetch(`${address}/empty.csv`)).text()).toBe("");
  });
});
