import { afterAll, beforeAll, expect, test } from "vitest";
import { openDuckDBNode } from "../../lib/engine/duckdbNode.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { mergeSides } from "../../lib/executions/mergeSides.ts";
import { readLedger } from "../../lib/traces/ledger.ts";
import { insertSpans, readRows, type SpanLiteral } from "./insertSpans.ts";
import { runUpTo } from "./steps.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDBNode();
});
afterAll(() => engine.close());

interface Execution {
  /** Id of the span that stands for the execution. */
  id: string;
  api: string;
  caller: string | null;
  /** Id of the caller's span. */
  parent: string | null;
  client: string | null;
  start: number;
  duration: number;
  waited: number;
}

async function merge(spans: SpanLiteral[], resolution = 0.001) {
  const dataset = await insertSpans(engine, spans);
  await runUpTo(dataset, mergeSides, resolution);
  const rows = (await readRows(
    dataset,
    `SELECT s.id, n.service || ' ' || n.operation AS api, k.service || ' ' || k.operation AS caller, p.id AS parent,
       c.operation AS client, e.start, e.duration, e.waited, e.asynchronous, e.caller_service, n.service_number, e.service,
       n.resolution
     FROM $executions e JOIN $spans s ON s.file = e.file AND s."row" = e."row" JOIN $names n USING (api)
       LEFT JOIN $names k ON k.api = e.caller LEFT JOIN $names c ON c.api = e.client_api
       LEFT JOIN $executions x ON x.span = e.parent LEFT JOIN $spans p ON p.file = x.file AND p."row" = x."row"
     ORDER BY s."row"`,
  )) as unknown as (Execution & { service: number; service_number: number; resolution: number })[];
  for (const row of rows) expect(row.service).toBe(row.service_number);
  const ledger = await readLedger(dataset);
  expect(rows).toHaveLength(ledger.accepted);
  return {
    rows,
    byId: Object.fromEntries(rows.map((row) => [row.id, row])),
    rules: Object.fromEntries(ledger.rules.map(({ rule, action, rows }) => [rule, [action, rows]])),
  };
}

const root: SpanLiteral = { id: "root", api: "A get", at: [0, 1000], kind: "server" };
const client: SpanLiteral = { id: "client", parent: "root", api: "A call", at: [100, 900], kind: "client" };
const server: SpanLiteral = { id: "server", parent: "client", api: "B get", at: [200, 800], kind: "server" };

test("a client span and its server span are one call: the client waited, the server ran", async () => {
  const { rows, rules } = await merge([root, client, server]);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({
    id: "server",
    api: "B get",
    caller: "A get",
    parent: "root",
    client: "call",
    start: 100,
    duration: 600,
    waited: 800,
  });
  expect(rules).toEqual({ "client-server-pair": ["merged", 1] });
});

test.each(["consumer", undefined] as const)(
  "a client span joins what it reached in another service: %s",
  async (kind) => {
    const { rows, rules } = await merge([root, client, { ...server, kind }]);
    expect(rows.map((row) => row.id)).toEqual(["root", "server"]);
    expect(rules).toEqual({ "client-server-pair": ["merged", 1] });
  },
);

test.each<[string, SpanLiteral[]]>([
  ["another client", [{ ...server, kind: "client" }]],
  ["internal work", [{ ...server, kind: "internal" }]],
  ["a consumer that it does not wait for", [{ ...server, kind: "consumer", at: [200, 8000] }]],
  ["two servers, as a retry has", [server, { ...server, id: "again", at: [500, 700] }]],
])("a client span stays by itself above %s", async (_, below) => {
  const { rows, rules } = await merge([root, client, ...below]);
  expect(rows.map((row) => row.id)).toEqual(["root", "client", ...below.map(({ id }) => id)]);
  expect(rows.slice(2).map((row) => row.parent)).toEqual(below.map(() => "client"));
  expect(rules["client-server-pair"]).toBeUndefined();
});

test("a producer and its consumer are two executions", async () => {
  const { rows } = await merge([root, { ...client, kind: "producer" }, { ...server, kind: "consumer" }]);
  expect(rows.map((row) => row.id)).toEqual(["root", "client", "server"]);
});

test("the root of a trace stays, although it is a client", async () => {
  const { rows } = await merge([{ ...client, parent: undefined }, server]);
  expect(rows.map((row) => [row.id, row.caller])).toEqual([
    ["client", null],
    ["server", "A call"],
  ]);
});

test("without kinds, a local span above one call to another service is its client", async () => {
  const { rows } = await merge([
    { ...root, kind: undefined },
    { ...client, kind: undefined },
    { ...server, kind: undefined },
  ]);
  expect(rows.map((row) => row.id)).toEqual(["root", "server"]);
});

test("without kinds, a span that was called from outside is no client", async () => {
  const { rows } = await merge([
    { ...root, kind: undefined },
    { ...server, id: "b", parent: "root", kind: undefined },
    { id: "c", parent: "b", api: "C get", at: [300, 400] },
  ]);
  expect(rows.map((row) => [row.id, row.parent])).toEqual([
    ["root", null],
    ["b", "root"],
    ["c", "b"],
  ]);
});

test("without kinds, a local span with two calls or a local call is no client", async () => {
  const { rows } = await merge([
    { ...root, kind: undefined },
    { ...client, kind: undefined },
    { ...server, kind: undefined, at: [200, 300] },
    { ...server, id: "again", kind: undefined, at: [400, 500] },
    { id: "local", parent: "root", api: "A work", at: [910, 990] },
    { id: "below", parent: "local", api: "A more", at: [920, 980] },
  ]);
  expect(rows).toHaveLength(6);
});

test("every execution's parent is an execution, where some spans have a kind and some have none", async () => {
  const { rows, byId } = await merge([
    { ...root, kind: undefined },
    { id: "q", parent: "root", api: "A out", at: [50, 950] },
    { ...client, parent: "q", api: "C call" },
    { ...server, parent: "client", api: "D get" },
  ]);
  for (const row of rows.slice(1)) expect(row.parent).not.toBeNull();
  expect(byId.server).toMatchObject({ parent: "q", caller: "A out", client: "call" });
});

test("chains of calls across services keep every server", async () => {
  const { rows } = await merge([
    root,
    client,
    server,
    { id: "client2", parent: "server", api: "B call", at: [300, 700], kind: "client" },
    { id: "server2", parent: "client2", api: "C get", at: [400, 600], kind: "server" },
  ]);
  expect(rows.map((row) => [row.id, row.parent])).toEqual([
    ["root", null],
    ["server", "root"],
    ["server2", "server"],
  ]);
});

test("one record with both durations is waited for as long as its caller saw", async () => {
  const { byId } = await merge([root, { ...server, parent: "root", callerDuration: 650 }]);
  expect(byId.server).toMatchObject({ duration: 600, waited: 650, client: null });
});

test("a client span that names a peer without spans stands for an execution of that peer", async () => {
  const database: SpanLiteral = {
    id: "q1",
    parent: "root",
    api: "A SELECT",
    at: [100, 200],
    kind: "client",
    peer: "db",
  };
  const { rows, rules } = await merge([
    root,
    database,
    { ...database, id: "q2", at: [300, 400], api: "A INSERT" },
    { ...database, id: "q3", at: [500, 600], peer: "B" },
    { ...database, id: "q4", at: [700, 800], peer: "A" },
    { ...root, trace: "other", api: "B get" },
    { ...root, id: "x", parent: "root", trace: "other", api: "B SELECT", at: [1, 2] },
  ]);
  expect(rows.map((row) => [row.id, row.api])).toEqual([
    ["root", "A get"],
    ["q1", "db SELECT"],
    ["q2", "db INSERT"],
    ["q3", "B SELECT"],
    ["q4", "A SELECT"],
    ["root", "B get"],
    ["x", "B SELECT"],
  ]);
  expect(rules).toEqual({ "uninstrumented-callee": ["repaired", 3] });
  for (const row of rows) expect(row.resolution).toBeGreaterThan(0);
});

test("a client span with children of its own, a root, and a server keep their service whatever peer they name", async () => {
  const { rows } = await merge([
    { ...root, peer: "user" },
    { ...client, peer: "B" },
    { ...server, kind: "internal", api: "A retry" },
    { ...client, trace: "entry", parent: undefined, peer: "B" },
  ]);
  expect(rows.map((row) => row.api)).toEqual(["A get", "A call", "A retry", "A call"]);
});

test("a remote call that fits its caller but lies outside is shifted into it, and keeps its duration", async () => {
  const late = await merge([root, { ...server, parent: "root", at: [700, 1300] }]);
  expect(late.byId.server).toMatchObject({ start: 400, duration: 600, waited: 600 });
  expect(late.rules).toEqual({ "clock-skew": ["repaired", 1] });
  const early = await merge([root, { ...server, parent: "root", at: [-50, 550] }, { ...root, id: "o", at: [-50, 0] }]);
  expect(early.byId.server).toMatchObject({ start: 0, duration: 600 });
});

test.each<[string, SpanLiteral[], number]>([
  ["within its caller", [{ ...server, parent: "root" }], 200],
  ["of the same service", [{ ...server, parent: "root", api: "A work", at: [450, 1050] }], 450],
  ["behind a client span", [{ ...client }, { ...server, at: [700, 1300] }], 100],
  ["longer than its caller", [{ ...server, parent: "root", at: [-5, 1010] }], -5],
])("a call is not shifted when it is %s", async (_, spans, start) => {
  const { byId, rules } = await merge([root, ...spans]);
  expect(byId.server?.start).toBe(start);
  expect(rules["clock-skew"]).toBeUndefined();
});

test("a server that outlasts its client is noted", async () => {
  const { rules } = await merge([root, client, { ...server, at: [200, 1010] }]);
  expect(rules).toMatchObject({ "callee-outlasts-caller": ["noted", 1] });
});
