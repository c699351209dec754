import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { requestUrl } from "./requestUrl.ts";

/** What is to become of a request. */
export type Verdict =
  | { kind: "allowed" }
  /** The address had the right token: it goes into a cookie and out of the address. */
  | { kind: "welcome"; cookie: string; location: string }
  | { kind: "refused"; status: number; reason: string };

/**
 * Decides whether a request may reach the local server. It must name a loopback host (else another name was made to
 * point here), come from no other site, and know the token: once in the address, then in a cookie that no script reads
 * and no other site sends, or as a bearer token from programs. What changes something must say that it comes from here.
 */
export function guardRequest(request: IncomingMessage, port: number, token: string): Verdict {
  const { host = "", origin, cookie = "", authorization = "" } = request.headers;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  if (!hosts.includes(host)) return refuse(421, `the host ${JSON.stringify(host)} is not this server`);
  if (origin !== undefined && origin !== `http://${host}`)
    return refuse(403, `requests from ${JSON.stringify(origin)} are refused`);
  const site = request.headers["sec-fetch-site"];
  const isNavigation = request.headers["sec-fetch-mode"] === "navigate" && request.method === "GET";
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation)
    return refuse(403, "requests from other sites are refused");
  const name = `palette-${port}`;
  const address = requestUrl(request);
  if (!address) return refuse(400, "the address is not valid");
  const given = address.searchParams.get("token");
  if (given !== null && request.method === "GET") {
    if (!equal(given, token))
      return refuse(403, "the token in the address is wrong; open the address that palette serve printed");
    address.searchParams.delete("token");
    const location = address.pathname.replace(/^\/+/, "/") + address.search;
    return { kind: "welcome", cookie: `${name}=${token}; HttpOnly; SameSite=Strict; Path=/`, location };
  }
  const cookies = cookie.split(";").map((item) => item.trim());
  const known = cookies.some((item) => item.startsWith(`${name}=`) && equal(item.slice(name.length + 1), token));
  const bearer = /^Bearer (.+)$/.exec(authorization)?.[1];
  if (bearer !== undefined && equal(bearer, token)) return { kind: "allowed" };
  const changes = request.method !== "GET" && request.method !== "HEAD";
  if (known && changes && origin === undefined && site === undefined)
    return refuse(403, "a request that changes something must say where it comes from");
  if (known) return { kind: "allowed" };
  return refuse(403, "no token; open the address that palette serve printed");
}

function refuse(status: number, reason: string): Verdict {
  return { kind: "refused", status, reason };
}

function equal(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
