import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

const folder = fixtureCopy();
const notebooks = join(folder, "notebooks");
const text = "<!doctype html>\n<notebook>\n  <title>New</title>\n</notebook>\n";
let server: LiveServer;
beforeAll(async () => {
  writeFileSync(join(folder, "outside.html"), "<notebook>secret</notebook>");
  symlinkSync(join(folder, "outside.html"), join(notebooks, "link.html"));
  server = await startServer({ workspace: await openWorkspace(folder), port: 0 });
});
afterAll(() => server.close());

async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const origin = `http://127.0.0.1:${server.port}`;
  const cookie = `palette-${server.port}=${server.token}`;
  const answer = await fetch(`${origin}/${path}`, { method, body, headers: { cookie, origin, ...headers } });
  return [answer.status, (await answer.text()).trim()] as const;
}
const create = (name: string, headers = {}) =>
  ask("PUT", `files/${encodeURIComponent(name)}`, text, { "if-none-match": "*", ...headers });

test("a notebook is made, renamed, deleted and restored, and keeps its bytes", async () => {
  expect(await create("Größe 1.5_b-c")).toEqual([204, ""]);
  expect(await ask("POST", `files/${encodeURIComponent("Größe 1.5_b-c")}`, "other")).toEqual([204, ""]);
  expect(readFileSync(join(notebooks, "other.html"), "utf8")).toBe(text);
  expect(await ask("DELETE", "files/other")).toEqual([204, ""]);
  expect(existsSync(join(notebooks, "other.html"))).toBe(false);
  const [entry] = readdirSync(join(notebooks, ".trash"));
  expect(entry).toMatch(/^other~\d+\.html$/);
  expect((await ask("GET", ""))[1]).toContain("other, deleted ");
  expect(await ask("POST", `trash/${entry!.slice(0, -".html".length)}`)).toEqual([204, ""]);
  expect(readFileSync(join(notebooks, "other.html"), "utf8")).toBe(text);
  expect(readdirSync(join(notebooks, ".trash"))).toEqual([]);
});

test("nothing replaces a notebook", async () => {
  const before = readFileSync(join(notebooks, "latency.html"), "utf8");
  expect(await create("latency")).toEqual([409, 'there is a notebook "latency" already']);
  await create("second");
  expect(await ask("POST", "files/second", "latency")).toEqual([409, 'there is a notebook "latency" already']);
  await ask("DELETE", "files/second");
  await create("second");
  const [entry] = readdirSync(join(notebooks, ".trash"));
  expect(await ask("POST", `trash/${entry!.slice(0, -".html".length)}`)).toEqual([
    409,
    'there is a notebook "second" already',
  ]);
  expect(readFileSync(join(notebooks, "latency.html"), "utf8")).toBe(before);
});

test.each(["../x", "a/b", "..", ".hidden", "a\\b", "", " a", "a.", "a\0b", "a\nb", "<b>", "index", "x".repeat(81)])(
  "the name %j is refused in one line, and nothing is written",
  async (name) => {
    const before = readdirSync(folder, { recursive: true });
    for (const [status, message] of [await create(name), await ask("POST", "files/latency", name)]) {
      expect([404, 405, 422]).toContain(status);
      expect(message).toMatch(/^[^\n]+$/);
    }
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  },
);

test("what lies outside, and what is no notebook, is neither renamed, deleted nor restored", async () => {
  mkdirSync(join(notebooks, ".trash"), { recursive: true });
  const before = readdirSync(folder, { recursive: true });
  for (const name of ["link", "..%2Foutside", "nothing", ".trash%2Fsecond"]) {
    expect((await ask("DELETE", `files/${name}`))[0]).toBe(404);
    expect((await ask("POST", `files/${name}`, "fine"))[0]).toBe(404);
  }
  for (const entry of ["..%2Foutside", "..%2F..%2Foutside~1", "nothing~1"])
    expect((await ask("POST", `trash/${entry}`))[0]).toBe(404);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

test("a request from elsewhere, or that does not say where it comes from, changes nothing", async () => {
  const evil = { origin: "http://evil.example" };
  const before = readdirSync(folder, { recursive: true });
  expect((await create("evil", evil))[0]).toBe(403);
  expect((await ask("DELETE", "files/latency", undefined, evil))[0]).toBe(403);
  expect((await ask("POST", "files/latency", "evil", evil))[0]).toBe(403);
  expect((await ask("POST", "trash/second~1", undefined, evil))[0]).toBe(403);
  const cookie = `palette-${server.port}=${server.token}`;
  const bare = await fetch(`http://127.0.0.1:${server.port}/files/latency`, { method: "DELETE", headers: { cookie } });
  expect(bare.status).toBe(403);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});
