import { Agent, request } from "node:http";
import type { Reply } from "./service.ts";
import type { ActiveSpan, Tracer } from "./tracer.ts";

const agent = new Agent({ keepAlive: true });

/** An answer with the sizes of both bodies, in bytes. */
export interface SizedReply extends Reply {
  requestBytes: number;
  responseBytes: number;
}

/** Makes one HTTP request with a JSON body to a port of the loopback address and reads its answer to the end. */
export function send(
  port: number,
  route: string,
  parameters: Record<string, string>,
  body: unknown,
  headers: Record<string, string>,
): Promise<SizedReply> {
  const [method = "GET", template = "/"] = route.split(" ");
  const rest = { ...parameters };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name] ?? "";
    delete rest[name];
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams(rest).toString();
  const sent = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const outgoing = request({
      agent,
      host: "127.0.0.1",
      port,
      method,
      path: query ? `${path}?${query}` : path,
      headers: { ...headers, "content-type": "application/json", "content-length": sent.length },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const received = Buffer.concat(chunks);
        const parsed: unknown = received.length > 0 ? JSON.parse(received.toString("utf8")) : undefined;
        const sizes = { requestBytes: sent.length, responseBytes: received.length };
        resolve({ status: response.statusCode ?? 0, body: parsed, ...sizes });
      });
    });
    outgoing.end(sent);
  });
}

/** `send` under a client span, which the callee learns of through the `traceparent` header. */
export async function call(
  tracer: Tracer,
  parent: ActiveSpan,
  peer: { service: string; port: number },
  route: string,
  parameters: Record<string, string>,
  body: unknown,
): Promise<Reply> {
  const span = tracer.client(route, parent);
  span.set("peer.service", peer.service);
  try {
    const reply = await send(peer.port, route, parameters, body, { traceparent: span.traceparent });
    span.set("http.response.status_code", reply.status);
    span.set("http.request.body.size", reply.requestBytes);
    span.set("http.response.body.size", reply.responseBytes);
    span.end(reply.status >= 400);
    return reply;
  } catch (error) {
    span.end(true);
    throw error;
  }
}
