import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveServer, startServer } from "../../build/server.ts";
import { openWorkspace } from "../../build/workspace.ts";
import { fixtureCopy } from "./fixtureCopy.ts";

const folder = fixtureCopy();
const reached: string[] = [];
let server: LiveServer;

beforeAll(async () => {
  mkdirSync(join(folder, "datasets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(folder, "datasets", "a.csv"), "x\n1\n");
  writeFileSync(join(folder, "datasets", "page.html"), "<script>alert(1)</script>");
  symlinkSync(join(folder, "secret.txt"), join(folder, "datasets", "link.txt"));
  server = await startServer({
    workspace: await openWorkspace(folder),
    engine: (request, response) => {
      reached.push(`${request.method} ${request.url}`);
      response.end("engine");
    },
    port: 0,
  });
});
afterAll(() => server.close());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A request as bytes on the wire: the path is not normalized, and any header can be set. */
function send(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: server.port, path, method, headers };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

const known = () => ({ cookie: `palette-${server.port}=${server.token}` });

describe("the live server", () => {
  test("needs the token for everything, and takes it from the address once", async () => {
    for (const path of ["/", "/latency.html", "/datasets/a.csv", "/events?notebook=latency", "/engine/query"])
      expect((await send(path)).status, path).toBe(403);
    const welcome = await send(`/latency.html?token=${server.token}`);
    expect(welcome).toMatchObject({ status: 303, headers: { location: "/latency.html" } });
    const cookie = String(welcome.headers["set-cookie"]);
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect((await send("/latency.html", { cookie: cookie.split(";")[0] })).status).toBe(200);
    expect((await send("/?token=wrong")).status).toBe(403);
    expect(reached).toEqual([]);
  });

  test("a page that did not answer is led over one in another process, and never elsewhere", async () => {
    const policy = "cross-origin-embedder-policy";
    expect((await send("/latency.html", known())).headers[policy]).toBe("require-corp");
    const again = (to: string) => send(`/again?to=${encodeURIComponent(to)}`, known());
    const { headers, text } = await again('/latency.html?view={"2.0":1}#cell-3');
    expect(headers[policy]).toBe(undefined);
    expect(text).toContain("url=/latency.html?view=%7B%222.0%22%3A1%7D&#38;anew=#cell-3");
    for (const elsewhere of ["http://evil.example/", "//evil.example/x", "javascript:alert(1)", "\\\\evil.example", ""])
      expect((await again(elsewhere)).text).toMatch(/content="0; url=\/(\?anew=)?"/);
    expect((await send("/again?to=/")).status).toBe(403);
    expect((await send("/watch.js", known())).headers[policy]).toBe(undefined);
  });

  test("refuses names of other hosts and requests of other origins", async () => {
    const host = `rebound.example:${server.port}`;
    expect((await send("/", { ...known(), host })).status).toBe(421);
    expect((await send(`/?token=${server.token}`, { host })).status).toBe(421);
    const origin = "http://evil.example";
    expect((await send("/engine/query", { ...known(), origin }, "POST")).status).toBe(403);
    expect((await send("/engine/query", { ...known(), "sec-fetch-site": "cross-site" }, "POST")).status).toBe(403);
    expect(reached).toEqual([]);
    const own = `http://127.0.0.1:${server.port}`;
    expect((await send("/engine/query", { ...known(), origin: own }, "POST")).text).toBe("engine");
    expect(reached).toEqual(["POST /engine/query"]);
  });

  test.each([
    "/datasets/../secret.txt",
    "/datasets/%2e%2e/secret.txt",
    "/datasets/..%2fsecret.txt",
    "/datasets/..%5csecret.txt",
    "/datasets//etc/passwd",
    "/datasets/link.txt",
    "/datasets/",
    "/datasets/%00",
    "/assets/../../package.json",
    "/assets/engine/..%2f..%2fpackage.json",
    "/notebooks/latency.html",
    "/..%2fsecret.txt",
    "/__proto__",
  ])("there is nothing at %s", async (path) => {
    const { status, text } = await send(path, known());
    expect([404, 200, 400]).toContain(status);
    expect(text).not.toContain("secret\n");
    expect(status).toBe(404);
  });

  test("a broken address is a bad request", async () => {
    expect((await send("/%", known())).status).toBe(400);
    expect((await send("//", known())).status).not.toBe(500);
    const origin = `http://127.0.0.1:${server.port}`;
    expect((await send("/", { ...known(), origin }, "DELETE")).status).toBe(405);
    expect((await send("/", known(), "DELETE")).status).toBe(403);
  });

  test("data is data: HTML among it is served as text", async () => {
    const { headers, text, status } = await send("/datasets/page.html", known());
    expect([status, text]).toEqual([200, "<script>alert(1)</script>"]);
    expect(headers["content-type"]).toContain("text/plain");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("pages may load nothing from elsewhere and are in no frame", async () => {
    const { headers, text } = await send("/latency.html", known());
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
    expect(text).not.toContain(server.token);
    expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test("the list has each notebook's title and first paragraph", async () => {
    const { text } = await send("/", known());
    expect(text).toContain('<a href="./latency.html">Latency of three APIs</a>');
    expect(text).toContain("Each cell below fails in its own way, and the others go on.");
  });

  test("scripts, styles, fonts and DuckDB are there", async () => {
    const { text } = await send("/latency.html", known());
    const script = /<script type="module" src="([^"]+)"/.exec(text)?.[1];
    const style = /<link rel="stylesheet" href="([^"]+)"/.exec(text)?.[1];
    expect(await send(`/${script}`, known())).toMatchObject({
      status: 200,
      headers: { "content-type": expect.stringMatching(/^text\/javascript/) },
    });
    const css = await send(`/${style}`, known());
    expect(css.headers["content-type"]).toMatch(/^text\/css/);
    const font = /url\("?\.\/(files\/[^")]+\.woff2)/.exec(css.text)?.[1];
    expect((await send(`/assets/${font}`, known())).headers["content-type"]).toBe("font/woff2");
    const wasm = await send("/assets/engine/duckdb-eh.wasm", known(), "HEAD");
    expect(wasm).toMatchObject({ status: 200, headers: { "content-type": "application/wasm" } });
  });

  test("a taken port is passed over", async () => {
    const workspace = await openWorkspace(folder);
    const second = await startServer({ workspace, engine: () => {}, port: server.port });
    expect(second.port).toBeGreaterThan(server.port);
    await second.close();
  });
});
