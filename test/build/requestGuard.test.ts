import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { guardRequest } from "../../build/requestGuard.ts";

const token = "secret-token";
const cookie = `other=1; palette-4680=${token}`;

function guard(headers: Record<string, string>, url = "/", method = "GET") {
  return guardRequest(
    { headers: { host: "127.0.0.1:4680", ...headers }, url, method } as unknown as IncomingMessage,
    4680,
    token,
  );
}

describe("guardRequest", () => {
  test("the cookie or the bearer token is needed", () => {
    expect(guard({ cookie }).kind).toBe("allowed");
    expect(guard({ authorization: `Bearer ${token}` }).kind).toBe("allowed");
    expect(guard({})).toMatchObject({ kind: "refused", status: 403 });
    expect(guard({ cookie: "palette-4680=" })).toMatchObject({ kind: "refused", status: 403 });
    expect(guard({ cookie: `palette-4681=${token}` })).toMatchObject({ kind: "refused" });
    expect(guard({ authorization: `Bearer ${token}x` })).toMatchObject({ kind: "refused" });
  });

  test("with the cookie alone, a request that changes something must say that it comes from here", () => {
    const origin = "http://127.0.0.1:4680";
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect(guard({ cookie }, "/", method)).toMatchObject({ kind: "refused", status: 403 });
      expect(guard({ cookie, origin: "null" }, "/", method)).toMatchObject({ kind: "refused", status: 403 });
      expect(guard({ cookie, origin }, "/", method).kind).toBe("allowed");
      expect(guard({ authorization: `Bearer ${token}` }, "/", method).kind).toBe("allowed");
    }
  });

  test("the token in the address becomes a cookie that no script and no other site can use", () => {
    expect(guard({}, `/a.html?engine=wasm&token=${token}`)).toEqual({
      kind: "welcome",
      cookie: `palette-4680=${token}; HttpOnly; SameSite=Strict; Path=/`,
      location: "/a.html?engine=wasm",
    });
    expect(guard({ cookie }, "/?token=wrong")).toMatchObject({ kind: "refused", status: 403 });
    expect(guard({}, `/?token=${token}`, "POST")).toMatchObject({ kind: "refused", status: 403 });
  });

  test("the address without the token never leads to another host", () => {
    const verdict = guard({}, `//example.com/?token=${token}`);
    expect(verdict.kind === "welcome" ? verdict.location : "/").toMatch(/^\/(?!\/)/);
  });

  test("a name that was made to point here is refused even with the token", () => {
    for (const host of ["example.com:4680", "127.0.0.1", "127.0.0.1:80", "localhost.example.com:4680", ""])
      expect(guard({ cookie, host })).toMatchObject({ kind: "refused", status: 421 });
    expect(guard({ cookie, host: "localhost:4680" }).kind).toBe("allowed");
    expect(guard({ cookie, host: "[::1]:4680" }).kind).toBe("allowed");
  });

  test("other origins are refused even with the token", () => {
    for (const origin of ["http://example.com", "http://localhost:4680", "https://127.0.0.1:4680", "null"])
      expect(guard({ cookie, origin }, "/engine/query", "POST")).toMatchObject({ kind: "refused", status: 403 });
    expect(guard({ cookie, origin: "http://127.0.0.1:4680" }, "/engine/query", "POST").kind).toBe("allowed");
    expect(guard({ cookie, "sec-fetch-site": "cross-site" })).toMatchObject({ kind: "refused" });
    expect(guard({ cookie, "sec-fetch-site": "same-site" })).toMatchObject({ kind: "refused" });
  });
});
