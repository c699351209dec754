import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Reply, Request, Service } from "./service.ts";
import type { ActiveSpan, Tracer } from "./tracer.ts";

/** What a process adds to its handlers: ways out. */
export type Outgoing = (span: ActiveSpan) => Pick<Request, "call" | "query">;

interface Route {
  name: string;
  method: string;
  pattern: RegExp;
  handle: Service[string];
}

/** An HTTP server for a service that records one server span for each request. Not yet listening. */
export function serve(service: Service, tracer: Tracer, outgoing: Outgoing): Server {
  const routes = Object.entries(service).map(([name, handle]): Route => {
    const [method = "", path = ""] = name.split(" ");
    return { name, method, handle, pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`) };
  });
  const server = createServer((incoming, response) => void respond(routes, tracer, outgoing, incoming, response));
  // Longer than any pause between calls: else a caller now and then writes to a connection that is just being closed.
  server.keepAliveTimeout = 600_000;
  return server;
}

async function respond(
  routes: Route[],
  tracer: Tracer,
  outgoing: Outgoing,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://localhost");
  const route = routes.find(({ method, pattern }) => method === incoming.method && pattern.test(pathname));
  if (!route) return void response.writeHead(404).end();
  const span = tracer.server(route.name, incoming.headers.traceparent as string | undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const received = Buffer.concat(chunks);
  const parameters = { ...Object.fromEntries(searchParams), ...route.pattern.exec(pathname)?.groups };
  let reply: Reply;
  try {
    const body: unknown = received.length > 0 ? JSON.parse(received.toString("utf8")) : undefined;
    reply = await route.handle({ span, parameters, body, ...outgoing(span) });
  } catch (error) {
    reply = { status: 500, body: { error: String(error) } };
  }
  const sent = Buffer.from(JSON.stringify(reply.body));
  span.set("http.response.status_code", reply.status);
  span.set("http.request.body.size", received.length);
  span.set("http.response.body.size", sent.length);
  // Before the answer is written: the other process may have read it before this one is told that it was sent.
  span.end(reply.status >= 500);
  response.writeHead(reply.status, { "content-type": "application/json", "content-length": sent.length }).end(sent);
}
