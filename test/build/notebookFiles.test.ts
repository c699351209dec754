import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mostBytes } from "../../build/notebookFiles.ts";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

const folder = fixtureCopy();
const file = join(folder, "notebooks", "latency.html");
let server: LiveServer;
beforeAll(async () => {
  writeFileSync(join(folder, "outside.html"), "<notebook>secret</notebook>");
  symlinkSync(join(folder, "outside.html"), join(folder, "notebooks", "link.html"));
  server = await startServer({ workspace: await openWorkspace(folder), port: 0 });
});
afterAll(() => server.close());

function ask(name: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
  const origin = `http://127.0.0.1:${server.port}`;
  const cookie = `palette-${server.port}=${server.token}`;
  return fetch(`${origin}/files/${name}`, { ...init, headers: { cookie, origin, ...init.headers } });
}

test("a save needs the text that the file has, and says which it is otherwise", async () => {
  const read = await ask("latency");
  const [text, etag] = [await read.text(), read.headers.get("etag")!];
  expect(text).toBe(readFileSync(file, "utf8"));
  const ours = text.replace("three", "four");
  const saved = await ask("latency", { method: "PUT", body: ours, headers: { "if-match": etag } });
  expect([saved.status, readFileSync(file, "utf8")]).toEqual([204, ours]);
  expect(saved.headers.get("etag")).not.toBe(etag);
  const late = await ask("latency", { method: "PUT", body: text, headers: { "if-match": etag } });
  expect([late.status, await late.text(), late.headers.get("etag")]).toEqual([412, ours, saved.headers.get("etag")]);
  expect(readFileSync(file, "utf8")).toBe(ours);
  expect(readdirSync(join(folder, "notebooks")).filter((name) => !name.endsWith(".html"))).toEqual([]);
});

test("two saves from one text: one is done, the other told", async () => {
  const read = await ask("latency");
  const [text, etag] = [await read.text(), read.headers.get("etag")!];
  const save = (word: string) =>
    ask("latency", { method: "PUT", body: text.replace("<title>", `<title>${word} `), headers: { "if-match": etag } });
  expect((await Promise.all([save("a"), save("b")])).map(({ status }) => status).sort()).toEqual([204, 412]);
});

test.each(["link", "..%2Foutside", "nothing", "%2Fetc%2Fpasswd", ".hidden", "a%00"])(
  "there is no notebook %s to read or write",
  async (name) => {
    for (const method of ["GET", "PUT"]) {
      const answer = await ask(name, method === "PUT" ? { method, body: "<notebook></notebook>" } : {});
      expect(answer.status).toBe(404);
      expect(await answer.text()).not.toContain("secret");
    }
  },
);

test("what is no notebook, or too large, is not saved, nor what does not say where it comes from", async () => {
  const before = readFileSync(file, "utf8");
  const etag = (await ask("latency")).headers.get("etag")!;
  const put = (body: string, headers = {}) =>
    ask("latency", { method: "PUT", body, headers: { "if-match": etag, ...headers } }).then(({ status }) => status);
  expect(await put("<p>hello</p>")).toBe(422);
  expect(await put(`<notebook>${" ".repeat(mostBytes)}`)).toBe(413);
  expect(await put("<notebook>", { origin: "http://evil.example" })).toBe(403);
  expect(await put("<notebook>", { origin: "", "sec-fetch-site": "cross-site" })).toBe(403);
  const headers = { cookie: `palette-${server.port}=${server.token}`, "if-match": etag };
  const bare = fetch(`http://127.0.0.1:${server.port}/files/latency`, { method: "PUT", body: "<notebook>", headers });
  expect((await bare).status).toBe(403);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("a full disk leaves the old text and is told", async () => {
  const read = await ask("latency");
  const text = await read.text();
  // A folder that takes the name of the file to be written beside has the effect of a disk that cannot be written.
  mkdirSync(`${file}.${process.pid}.part`);
  const headers = { "if-match": read.headers.get("etag")! };
  const answer = await ask("latency", { method: "PUT", body: `${text} `, headers });
  expect([answer.status, await answer.text()]).toEqual([
    507,
    expect.stringMatching(/latency\.html: cannot be written/),
  ]);
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("killing the process at 200 moments of saving leaves the old or the new text", async () => {
  // In memory where there is such a folder: a process that waits for a disk cannot be killed meanwhile.
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const folder = mkdtempSync(join(parent, "palette-killed-"));
  const texts = ["a", "b"].map((letter) => `<notebook>${letter.repeat(300_000)}</notebook>`);
  const program = `import { saveText } from "./build/notebookFiles.ts";
    const [a, b] = ["a", "b"].map((letter) => "<notebook>" + letter.repeat(300_000) + "</notebook>");
    process.stdin.on("end", () => process.exit()).resume();
    process.stdout.write("ready");
    for (;;) { await saveText(process.argv[2], b); await saveText(process.argv[2], a); }`;
  const outfile = join(folder, "save.mjs");
  const stdin = { contents: program, resolveDir: process.cwd(), loader: "ts" as const };
  await build({ stdin, outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error" });
  const left = new Set<string>();
  const kill = async (round: number) => {
    const target = join(folder, `${round}.html`);
    writeFileSync(target, texts[0]!);
    const child = spawn(process.execPath, [outfile, target], { stdio: ["pipe", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await new Promise((resolve) => setTimeout(resolve, (round * 7919) % 23));
    child.kill("SIGKILL");
    await ended;
    left.add(readFileSync(target, "utf8"));
  };
  for (let round = 0; round < 200; round += 8) await Promise.all(Array.from({ length: 8 }, (_, i) => kill(round + i)));
  rmSync(folder, { recursive: true });
  expect([...left].sort()).toEqual(texts);
});
