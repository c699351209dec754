import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../../build/projectRoot.ts";
import { fixtureCopy } from "../fixtureCopy.ts";

test("palette serve prints an address that works, runs queries, and ends on an interrupt", async () => {
  const palette = join(projectRoot(), "build/palette.mjs");
  const server = spawn(process.execPath, [palette, "serve", fixtureCopy(), "--port", "0"]);
  const ended = once(server, "exit");
  const [line] = (await once(server.stdout.setEncoding("utf8"), "data")) as [string];
  const url = new URL(/^Palette is at (http:\/\/127\.0\.0\.1:\d+\/\?token=\S+)\n$/.exec(line)?.[1] ?? "");
  const welcome = await fetch(url, { redirect: "manual" });
  const cookie = String(welcome.headers.get("set-cookie")).split(";")[0];
  const page = await fetch(new URL("/latency.html", url), { headers: { cookie } });
  expect(await page.text()).toContain("<title>Latency of three APIs · Palette</title>");
  const session = { cookie, origin: url.origin, "x-engine-session": "0123456789abcdef" };
  const post = (verb: string, body?: string) =>
    fetch(new URL(`/engine/${verb}`, url), { method: "POST", headers: session, body });
  expect((await post("session")).status).toBe(200);
  const query = JSON.stringify({ id: "0", sql: "SELECT 42 AS answer", parameters: [] });
  expect((await post("query", query)).headers.get("content-type")).toBe("application/vnd.apache.arrow.stream");
  server.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
});
