import type { AddressInfo } from "node:net";
import pg from "pg";
import { call } from "./call.ts";
import { serve } from "./serve.ts";
import type { Service } from "./service.ts";
import { basket } from "./services/basket.ts";
import { catalogue } from "./services/catalogue.ts";
import { gateway } from "./services/gateway.ts";
import { notices } from "./services/notices.ts";
import { orders } from "./services/orders.ts";
import { pricing } from "./services/pricing.ts";
import { type ActiveSpan, Tracer } from "./tracer.ts";

/** What the recorder tells a process: whom it can reach, and when to stop. */
export type Order = { ports: Record<string, number> } | { stop: true };

/** The services of the recording, by name. */
const services: Record<string, Service> = { gateway, catalogue, basket, pricing, orders, notices };

const name = process.argv[2] ?? "";
const service = services[name];
if (!service) throw new Error(`unknown service ${name}: one of ${Object.keys(services).join(", ")}`);

const tracer = new Tracer(name);
const database = process.env.PALETTE_DATABASE
  ? new pg.Pool({ connectionString: process.env.PALETTE_DATABASE, max: 8 })
  : undefined;
let ports: Record<string, number> = {};

async function query<Row>(span: ActiveSpan, summary: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
  if (!database) throw new Error(`${name} has no database`);
  const client = tracer.client(summary, span);
  client.set("peer.service", "postgresql");
  client.set("db.system.name", "postgresql");
  try {
    const { rows } = await database.query(sql, [...values]);
    client.end(false);
    return rows as Row[];
  } catch (error) {
    client.end(true);
    throw error;
  }
}

const server = serve(service, tracer, (span) => ({
  call: (peer, route, parameters = {}, body) =>
    call(tracer, span, { service: peer, port: ports[peer] ?? 0 }, route, parameters, body),
  query: (summary, sql, values = []) => query(span, summary, sql, values),
}));

process.on("message", async (order: Order) => {
  if ("ports" in order) ports = order.ports;
  else {
    server.close();
    await database?.end();
    process.send?.({ spans: tracer.spans }, () => process.exit(0));
  }
});
process.on("disconnect", () => process.exit(1));
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
