import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveSystems } from "../../build/serveSystems.ts";
import { calibrationTopology } from "../../lib/export/go/calibrationTopology.ts";
import { writeTopology } from "../../lib/topology/writeTopology.ts";
import { goFolder } from "../export/go/goTool.ts";

const systems = serveSystems();
const server = createServer((request, response) => void systems.handle(request, response));
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/systems/run`;
});
afterAll(async () => {
  await systems.close();
  server.closeAllConnections();
  server.close();
});

const post = (body: string, signal?: AbortSignal) =>
  fetch(address, { method: "POST", body, ...(signal ? { signal } : {}) });
const asked = (options: object) => JSON.stringify({ topology: writeTopology(calibrationTopology()), options });

it("refuses what is no request, in one line", async () => {
  expect((await fetch(address)).status).toBe(405);
  const broken = await post("{");
  expect(broken.status).toBe(400);
  expect(await broken.text()).toMatch(/^[^\n]*JSON[^\n]*\n$/);
});

it("says what is wrong with a topology or an option", async () => {
  const bad = await (await post(JSON.stringify({ topology: "{}", options: {} }))).text();
  expect(JSON.parse(bad.trim().split("\n").at(-1)!)).toMatchObject({ error: expect.stringMatching(/^[^\n]+$/) });
  const slow = await (await post(asked({ duration: "forever" }))).text();
  expect(slow).toContain('--duration \\"forever\\" is not a number');
});

it.skipIf(goFolder === undefined)("runs one system at a time, and stops it when its page is gone", async () => {
  const page = new AbortController();
  const first = await post(asked({ duration: "600", processes: "1" }), page.signal);
  const reader = first.body!.getReader();
  await reader.read();
  const second = await post(asked({ duration: "1" }));
  expect([second.status, await second.text()]).toEqual([409, "a system is running already: stop it first\n"]);
  page.abort();
  await expect.poll(async () => (await post("{")).status, { timeout: 20_000 }).toBe(400);
});
