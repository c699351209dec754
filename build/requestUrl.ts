import type { IncomingMessage } from "node:http";

/** The address that a request asks for, on a host of no meaning; undefined where it is not valid. */
export function requestUrl({ url = "/" }: IncomingMessage): URL | undefined {
  try {
    return url.startsWith("/") ? new URL(`http://localhost${url}`) : undefined;
  } catch {
    return undefined;
  }
}
