import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { openHttpEngine } from "../../lib/engine/http.ts";
import { type EngineService, type ServeEngineOptions, serveEngine } from "../../lib/engine/serveEngine.ts";
import { queryContract } from "./contract.ts";
import { makeSamples } from "./samples.ts";
import { scanContract } from "./scanContract.ts";

const token = "a token";

/** A server on loopback with a folder of its own, which both go with `stop`. */
async function start(options: Partial<ServeEngineOptions> = {}, watch = (engine: Engine) => engine) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "palette-http-")));
  const root = join(folder, "root");
  await mkdir(root);
  const service: EngineService = serveEngine(async () => watch(await openDuckDBNode({ folders: [root] })), {
    roots: [root],
    token,
    ...options,
  });
  const server: Server = createServer((request, response) => void service.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/engine/`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await service.close();
    await rm(folder, { recursive: true });
  };
  const put = async (name: string, bytes: Uint8Array) => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), bytes);
    return name;
  };
  return { folder, root, url, put, stop };
}

/** An engine over a server of its own, which ends with it. */
async function openWithServer() {
  const { url, put, stop } = await start();
  const engine = await openHttpEngine({ url, token });
  const close = engine.close.bind(engine);
  let ended: Promise<void> | undefined;
  engine.close = () => {
    ended ??= close().then(stop);
    return ended;
  };
  return { engine, put };
}

queryContract("http", async () => (await openWithServer()).engine);
scanContract("http", openWithServer, makeSamples);

describe("the server of engines", () => {
  let server: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());

  test("keeps pages apart", async () => {
    const [one, two] = await Promise.all([1, 2].map(() => openHttpEngine({ url: server.url, token })));
    await one!.query("CREATE TABLE t AS SELECT 1 AS a");
    await expect(two!.query("SELECT * FROM t")).rejects.toThrow(/t does not exist/);
    await Promise.all([one!.close(), two!.close()]);
  });

  test("wants the token, a session and a verb it knows", async () => {
    await expect(openHttpEngine({ url: server.url })).rejects.toThrow(/token/);
    await expect(openHttpEngine({ url: server.url, token: "a tokem" })).rejects.toThrow(/token/);
    const ask = async (method: string, verb: string, session: string, body?: string) => {
      const headers = { authorization: `Bearer ${token}`, "x-engine-session": session };
      const response = await fetch(new URL(verb, server.url), { method, headers, body });
      return [response.status, ((await response.json()) as { error?: string })?.error];
    };
    expect(await ask("POST", "query", randomUUID(), "{}")).toEqual([410, expect.stringMatching(/session.*ended/)]);
    expect(await ask("POST", "session", "../x")).toEqual([400, expect.stringMatching(/id/)]);
    expect(await ask("GET", "nothing", randomUUID())).toEqual([404, "an engine has no GET nothing"]);
    const session = randomUUID();
    expect(await ask("POST", "session", session)).toEqual([200, undefined]);
    expect(await ask("POST", "query", session, "no json")).toEqual([
      400,
      expect.stringMatching(/^[^\n]*no JSON[^\n]*$/),
    ]);
    expect(await ask("POST", "close", session)).toEqual([200, undefined]);
  });

  test("serves no file outside of its folders, by path, link or SQL", async () => {
    const { folder, root, url, put } = server;
    await writeFile(join(folder, "secret.csv"), "a,b\n1,2\n");
    await symlink(folder, join(root, "link"));
    await put("fine.csv", new TextEncoder().encode("a,b\n1,2\n"));
    const engine = await openHttpEngine({ url, token });
    const csv = { format: "csv", columns: ["a", "b"] } as const;
    const outside = [
      "../secret.csv",
      "link/secret.csv",
      join(folder, "secret.csv"),
      "../*.csv",
      "link/*.csv",
      "/etc/hosts",
    ];
    for (const path of outside) {
      await expect(engine.files(path)).rejects.toThrow(/outside of the folders/);
      await expect(engine.open(path)).rejects.toThrow(/outside of the folders/);
      await expect(engine.scan(path, csv)).rejects.toThrow(/outside of the folders/);
    }
    for (const path of ["../secret.csv", "link/secret.csv"]) {
      const sql = `SELECT * FROM read_csv('${join(root, path)}')`;
      await expect(engine.query(sql)).rejects.toThrow(/Cannot access file/);
    }
    await expect(engine.query("SET enable_external_access = true")).rejects.toThrow(/external access/);
    expect(await engine.files("fine.csv")).toEqual([{ path: "fine.csv", size: 8 }]);
    expect(await engine.files(join(root, "fine.csv"))).toEqual([{ path: join(root, "fine.csv"), size: 8 }]);
    await engine.close();
  });

  test("stops a query whose page has gone", async () => {
    const ended: Promise<string>[] = [];
    const { url, stop } = await start({}, (engine) => {
      const query = engine.query.bind(engine);
      engine.query = (...parameters) => {
        const result = query(...parameters);
        ended.push(result.then(() => "finished", String));
        return result;
      };
      return engine;
    });
    const engine = await openHttpEngine({ url, token });
    const controller = new AbortController();
    const endless = "SELECT sum(sin(a.range)) FROM range(10000000) a, range(10000000) b";
    const running = engine.query(endless, [], { signal: controller.signal });
    await expect.poll(() => ended.length).toBe(1);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect(await ended[0]).toMatch(/the page has gone/);
    await engine.close();
    await stop();
  });

  test("says so when it has gone, or ended the session, or has too many", async () => {
    const brief = await start({ idle: 100, most: 1 });
    const engine = await openHttpEngine({ url: brief.url, token });
    await expect(openHttpEngine({ url: brief.url, token })).rejects.toThrow(/1 pages have engines/);
    await expect
      .poll(() => engine.query("SELECT 1").then(String, String), { timeout: 20_000, interval: 700 })
      .toMatch(/ended/);
    await brief.stop();
    await expect(openHttpEngine({ url: brief.url, token })).rejects.toThrow(
      /^the server at [\d.:]+ does not answer: [^\n]+$/,
    );
  });

  test("opens the cluster that a page asks for, where the server knows it", async () => {
    const known = "trino://me@host/c/s";
    const open = async (address?: string) => {
      if (address !== undefined && address !== known) throw new Error(`${address}: not known`);
      return openDuckDBNode();
    };
    const service = serveEngine(open, { roots: [server.root], token });
    const listening = createServer((request, response) => void service.handle(request, response));
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}/engine/`;
    const own = await openHttpEngine({ url, token });
    const cluster = await openHttpEngine({ url, token, cluster: known });
    expect([own.cluster, cluster.cluster]).toEqual([undefined, known]);
    await expect(openHttpEngine({ url, token, cluster: "trino://other/c/s" })).rejects.toThrow(
      "trino://other/c/s: not known",
    );
    await Promise.all([own.close(), cluster.close()]);
    listening.close();
    await service.close();
  });

  test("sends Arrow's own stream format", async () => {
    const headers = { authorization: `Bearer ${token}`, "x-engine-session": randomUUID() };
    await fetch(new URL("session", server.url), { method: "POST", headers });
    const body = JSON.stringify({
      id: "1",
      sql: "SELECT ?::DOUBLE AS a, ? AS b",
      parameters: [{ number: "NaN" }, { bigint: "7" }],
    });
    const response = await fetch(new URL("query", server.url), { method: "POST", headers, body });
    expect(response.headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    expect(table.get(0)!.toJSON()).toEqual({ a: Number.NaN, b: 7 });
  });
});
