import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StatusError } from "./engineSessions.ts";

/** Longest body of a request, in bytes. */
const longestBody = 1 << 30;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new StatusError(413, `a request takes at most ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readJson<T>(request: IncomingMessage): Promise<T> {
  const text = (await readBody(request)).toString("utf8");
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new StatusError(400, `the request's body is no JSON: ${(error as Error).message}`);
  }
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value ?? null));
}

/** Whether a request carries the token, as `Authorization: Bearer <token>`. */
export function isBearer(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
