import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { trinoAddress } from "../../../lib/engine/trino/trinoAddress.ts";
import { TrinoClient } from "../../../lib/engine/trino/trinoClient.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that speaks just enough of the protocol; `answers` are given in turn. */
async function serve(answers: ((request: IncomingMessage, response: ServerResponse, origin: string) => void)[]) {
  const requests: string[] = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = answers[Math.min(requests.length, answers.length) - 1]!;
    answer(request, response, origin());
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  const origin = () => `http://127.0.0.1:${(server!.address() as AddressInfo).port}`;
  const client = new TrinoClient(trinoAddress(`${origin().replace("http", "trino").replace("//", "//me@")}/c/s`));
  return { client, requests };
}
const page = (content: object) => (_request: IncomingMessage, response: ServerResponse, origin: string) =>
  response.end(JSON.stringify({ id: "q1", ...content }).replaceAll("ORIGIN", origin));
const columns = [{ name: "a", type: "integer" }];

test("gathers pages, and tells progress as the server does", async () => {
  const { client } = await serve([
    page({ nextUri: "ORIGIN/1", stats: { progressPercentage: 25 } }),
    page({ nextUri: "ORIGIN/2", columns, data: [[1]], stats: { progressPercentage: 50 } }),
    page({ columns, data: [[2]] }),
  ]);
  const shares: number[] = [];
  const result = await client.run("SELECT 1", { onProgress: (share) => shares.push(share) });
  expect(result).toEqual({ id: "q1", columns, rows: [[1], [2]] });
  expect(shares).toEqual([0.25, 0.5, 1]);
});

test("asks again for a page whose answer was cut or put off, and loses no row", async () => {
  const { client, requests } = await serve([
    page({ nextUri: "ORIGIN/1" }),
    (_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write('{"id": "q1", "da');
      response.socket!.destroy();
    },
    (_request, response) => response.writeHead(503).end("busy"),
    page({ columns, data: [[1]] }),
  ]);
  expect((await client.run("SELECT 1")).rows).toEqual([[1]]);
  expect(requests).toEqual(["POST /v1/statement", "GET /1", "GET /1", "GET /1"]);
});

test("never posts a statement twice", async () => {
  const { client, requests } = await serve([(_request, response) => response.writeHead(503).end("starting")]);
  await expect(client.run("INSERT")).rejects.toThrow(/^http:\S+ answers 503 starting$/);
  expect(requests).toEqual(["POST /v1/statement"]);
});

test("runs a statement again that found no worker", async () => {
  const message = "No nodes available to run query";
  const { client, requests } = await serve([
    page({ nextUri: "ORIGIN/1" }),
    page({ error: { message, errorName: "NO_NODES_AVAILABLE" } }),
    page({ columns, data: [[1]] }),
  ]);
  expect((await client.run("SELECT 1")).rows).toEqual([[1]]);
  expect(requests).toEqual(["POST /v1/statement", "GET /1", "POST /v1/statement"]);
});

test("throws one line: Trino's message with its place, a refusal, or that nobody is there", async () => {
  const error = {
    message: "no\ncolumn",
    errorName: "COLUMN_NOT_FOUND",
    errorLocation: { lineNumber: 2, columnNumber: 8 },
  };
  const first = await serve([page({ error })]);
  await expect(first.client.run("SELECT 1,\n       nowhere FROM t")).rejects.toThrow(
    "trino query q1: COLUMN_NOT_FOUND: no column at line 2, column 8: nowhere FROM t",
  );
  server!.close();
  const second = await serve([
    (_request, response) => response.writeHead(401).end("Access Denied: Invalid credentials"),
  ]);
  await expect(second.client.run("SELECT 1")).rejects.toThrow(/refuses the user, password or token: Access Denied/);
  server!.close();
  await expect(second.client.run("SELECT 1")).rejects.toThrow(/^http:\S+ does not answer: [^\n]*$/);
});

test("deletes the query of a result that is given up", async () => {
  const { client, requests } = await serve([
    page({ nextUri: "ORIGIN/1" }),
    () => {},
    (_request, response) => response.writeHead(204).end(),
  ]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(client.run("SELECT 1", { signal: controller.signal })).rejects.toThrow("enough");
  expect(requests.at(-1)).toBe("DELETE /1");
});

test("sends user, place and session properties, and a password over TLS alone", async () => {
  let headers: IncomingMessage["headers"] = {};
  const { client } = await serve([
    (request, response, origin) => {
      headers = request.headers;
      page({ columns, data: [] })(request, response, origin);
    },
  ]);
  await client.run("SELECT 1");
  expect(headers).toMatchObject({ "x-trino-user": "me", "x-trino-catalog": "c", "x-trino-schema": "s" });
  const address = trinoAddress("trino://me@host:80/c/s?retry_policy=TASK");
  expect(() => new TrinoClient(address, { password: "secret" })).toThrow(/over https alone/);
});
